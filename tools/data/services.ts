/** The services whose models are compiled into data/models, and where each comes from. */
export interface ServiceSource {
  /** Name of the file: the folder's name in botocore. */
  readonly name: string;
  readonly apiVersion: string;
  /** Package of the JavaScript SDK whose schemas fill in what botocore's model is too old for. */
  readonly client?: string;
}

export const SERVICES: readonly ServiceSource[] = [
  { name: 'accessanalyzer', apiVersion: '2019-11-01', client: '@aws-sdk/client-accessanalyzer' },
  { name: 'account', apiVersion: '2021-02-01', client: '@aws-sdk/client-account' },
  { name: 'cloudtrail', apiVersion: '2013-11-01', client: '@aws-sdk/client-cloudtrail' },
  { name: 'ec2', apiVersion: '2016-11-15', client: '@aws-sdk/client-ec2' },
  { name: 'iam', apiVersion: '2010-05-08', client: '@aws-sdk/client-iam' },
  { name: 'identitystore', apiVersion: '2020-06-15', client: '@aws-sdk/client-identitystore' },
  { name: 'organizations', apiVersion: '2016-11-28', client: '@aws-sdk/client-organizations' },
  { name: 'sagemaker', apiVersion: '2017-07-24', client: '@aws-sdk/client-sagemaker' },
  // The newest client of this one is older than the schemas.
  { name: 'sagemaker-a2i-runtime', apiVersion: '2019-11-07' },
  { name: 'sagemaker-runtime', apiVersion: '2017-05-13', client: '@aws-sdk/client-sagemaker-runtime' },
  { name: 'servicecatalog', apiVersion: '2015-12-10', client: '@aws-sdk/client-service-catalog' },
  { name: 'sso', apiVersion: '2019-06-10', client: '@aws-sdk/client-sso' },
  { name: 'sso-admin', apiVersion: '2020-07-20', client: '@aws-sdk/client-sso-admin' },
  { name: 'sso-oidc', apiVersion: '2019-06-10', client: '@aws-sdk/client-sso-oidc' },
  { name: 'sts', apiVersion: '2011-06-15', client: '@aws-sdk/client-sts' },
];
