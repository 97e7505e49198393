import { ServiceError } from '../../core/service-error.ts';

/*
 * The answers of Organizations to mistakes, each sentence in one place. Where the reference has no recorded sentence, it stands here in the
 * pattern of the recorded ones: those are (unverified).
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_Operations.html
 */

const plain = (code: string, message: string) => (): ServiceError => new ServiceError(code, message);

const withReason =
  <Reason extends string>(code: string, messages: Readonly<Record<Reason, string>>) =>
  (reason: Reason): ServiceError =>
    new ServiceError(code, messages[reason], { fields: { Reason: reason } });

/** To members that have no right to a call: not a denial by their own policies. */
export const NO_PERMISSION = "You don't have permissions to access this resource.";

export const notInUse = plain('AWSOrganizationsNotInUseException', 'Your account is not a member of an organization.');
export const alreadyInOrganization = plain('AlreadyInOrganizationException', 'The AWS account is already a member of an organization.');
export const organizationNotEmpty = plain(
  'OrganizationNotEmptyException',
  'To delete an organization you must first remove all member accounts (except the master).',
);
export const masterCannotLeave = plain(
  'MasterCannotLeaveOrganizationException',
  "You can't remove a management account from an organization.",
);
export const concurrentModification = plain(
  'ConcurrentModificationException',
  "AWS Organizations can't complete your request because it conflicts with another attempt to modify the same entity. Try again later.",
);

export const accountNotFound = plain('AccountNotFoundException', "You specified an account that doesn't exist.");
export const accountAlreadyClosed = plain('AccountAlreadyClosedException', 'The account is already closed.');
export const createAccountStatusNotFound = plain(
  'CreateAccountStatusNotFoundException',
  "You specified a create account request that doesn't exist.",
);
export const rootNotFound = plain('RootNotFoundException', "You specified a root that doesn't exist.");
export const parentNotFound = plain('ParentNotFoundException', "You specified a parent that doesn't exist.");
export const sourceParentNotFound = plain('SourceParentNotFoundException', "You specified a source parent that doesn't exist.");
export const destinationParentNotFound = plain(
  'DestinationParentNotFoundException',
  "You specified a destination parent that doesn't exist.",
);
export const duplicateAccount = plain('DuplicateAccountException', 'The account is already present in the specified destination.');
export const childNotFound = plain('ChildNotFoundException', "You specified a child that doesn't exist.");
export const unitNotFound = plain('OrganizationalUnitNotFoundException', "You specified an organizational unit that doesn't exist.");
export const unitNotEmpty = plain('OrganizationalUnitNotEmptyException', 'The specified organizational unit is not empty.');
export const duplicateUnit = plain('DuplicateOrganizationalUnitException', 'An OU with the same name already exists.');
export const targetNotFound = plain('TargetNotFoundException', "You specified a target that doesn't exist.");

export const policyNotFound = plain('PolicyNotFoundException', "You specified a policy that doesn't exist.");
export const duplicatePolicy = plain('DuplicatePolicyException', 'A policy with the specified name and type already exists.');
export const duplicateAttachment = plain('DuplicatePolicyAttachmentException', 'A policy with the specified name and type already exists.');
export const policyInUse = plain('PolicyInUseException', 'The policy is attached to one or more entities. Detach it first.');
export const policyNotAttached = plain('PolicyNotAttachedException', 'The policy is not attached to the specified target.');
export const malformedPolicy = plain(
  'MalformedPolicyDocumentException',
  'The provided policy document does not meet the requirements of the specified policy type.',
);
export const policyTypeNotEnabled = plain(
  'PolicyTypeNotEnabledException',
  'This operation can be performed only for enabled policy types.',
);
export const policyTypeAlreadyEnabled = plain('PolicyTypeAlreadyEnabledException', 'The specified policy type is already enabled.');
export const policyTypeNotAvailable = plain(
  'PolicyTypeNotAvailableForOrganizationException',
  "You can't use the specified policy type with the feature set currently enabled for this organization.",
);
export const effectivePolicyNotFound = plain('EffectivePolicyNotFoundException', "The effective policy doesn't exist.");
export const resourcePolicyNotFound = plain('ResourcePolicyNotFoundException', "The organization doesn't have a resource policy.");

export const alreadyRegistered = plain(
  'AccountAlreadyRegisteredException',
  'The provided account is already a delegated administrator for your organization.',
);
export const notRegistered = plain(
  'AccountNotRegisteredException',
  'The provided account is not a registered delegated administrator for your organization.',
);

export const handshakeNotFound = plain('HandshakeNotFoundException', "You specified a handshake that doesn't exist.");
export const duplicateHandshake = plain(
  'DuplicateHandshakeException',
  'A handshake with the specified type and parameters already exists for the given parties.',
);
export const handshakeAlreadyInState = plain('HandshakeAlreadyInStateException', 'The handshake is already in the requested state.');
export const invalidHandshakeTransition = plain(
  'InvalidHandshakeTransitionException',
  'You cannot perform this operation on a handshake in its current state, such as attempting to cancel a handshake that was previously accepted or attempting to accept a handshake that was declined.',
);
export const transferNotFound = plain(
  'ResponsibilityTransferNotFoundException',
  "You specified a responsibility transfer that doesn't exist.",
);
export const transferAlreadyInStatus = plain(
  'ResponsibilityTransferAlreadyInStatusException',
  'The responsibility transfer is already in the status that you specified.',
);
export const invalidTransferTransition = plain(
  'InvalidResponsibilityTransferTransitionException',
  "The responsibility transfer can't transition to the requested state because it's not in a valid state for this operation.",
);

/** Reasons that handlers find; those of the model's own constraints are in model/organizations-refusal.ts. */
export const invalidInput = withReason('InvalidInputException', {
  INVALID_PATTERN: 'You provided a value that does not match the required pattern.',
  INVALID_NEXT_TOKEN:
    'You specified an invalid value for nextToken. You must get the value from the response to a previous call to the API.',
  MAX_LIMIT_EXCEEDED_FILTER: 'You specified too many filter parameters.',
  DUPLICATE_TAG_KEY: 'Your request includes duplicate tag keys.',
  INVALID_SYSTEM_TAGS_PARAMETER: 'You specified a tag key that is a system tag. System tags are reserved for AWS use.',
  INVALID_PARTY_TYPE_TARGET: 'You specified an invalid party type as the target parameter.',
  INVALID_EMAIL_ADDRESS_TARGET: 'You specified an invalid email address for the invited account owner.',
  INVALID_ROLE_NAME: "You provided a role name that isn't valid. A role name can't begin with the reserved prefix AWSServiceRoleFor.",
  IMMUTABLE_POLICY: "You specified a policy that is managed by AWS and can't be modified.",
  NON_DETACHABLE_POLICY: "You can't detach this AWS managed policy.",
  TARGET_NOT_SUPPORTED: "You can't perform the specified operation on that target entity.",
  UNRECOGNIZED_SERVICE_PRINCIPAL: "You specified a service principal that isn't recognized.",
  INVALID_RESOURCE_POLICY_JSON: 'The provided resource policy is not valid JSON or does not follow the policy grammar.',
  INVALID_PRINCIPAL: 'You specified an invalid principal element in the policy.',
  UNSUPPORTED_ACTION_IN_RESOURCE_POLICY: 'The provided resource policy contains an action that is not supported.',
  UNSUPPORTED_RESOURCE_IN_RESOURCE_POLICY: 'The provided resource policy contains a resource that is not supported.',
  UPDATE_EXISTING_RESOURCE_POLICY_WITH_TAGS_NOT_SUPPORTED: 'Tags can be given only when the resource policy is created.',
  UNSUPPORTED_ACTION_IN_RESPONSIBILITY_TRANSFER: 'You provided a value that is not supported by this operation.',
  START_DATE_NOT_BEGINNING_OF_DAY: 'You provided an invalid start date. The start date must be the beginning of the day (00:00:00.000).',
  START_DATE_NOT_BEGINNING_OF_MONTH: 'You provided an invalid start date. The start date must be the first day of the month.',
  START_DATE_TOO_EARLY: 'You provided an invalid start date. The start date is too early.',
  START_DATE_TOO_LATE: 'You provided an invalid start date. The start date is too late.',
  END_DATE_NOT_END_OF_MONTH: 'You provided an invalid end date. The end date must be the end of the last day of the month (23.59.59.999).',
  END_DATE_TOO_EARLY: 'You provided an invalid end date. The end date is too early.',
});

export const constraintViolation = withReason('ConstraintViolationException', {
  ACCOUNT_NUMBER_LIMIT_EXCEEDED: 'You have exceeded the allowed number of AWS accounts.',
  ACCOUNT_CREATION_RATE_LIMIT_EXCEEDED: 'You have exceeded the number of accounts that can be created at a time.',
  OU_NUMBER_LIMIT_EXCEEDED: 'You have exceeded the allowed number of organizational units.',
  OU_DEPTH_LIMIT_EXCEEDED: 'You have exceeded the allowed depth of the organizational unit tree.',
  POLICY_NUMBER_LIMIT_EXCEEDED: 'You have exceeded the allowed number of policies.',
  POLICY_CONTENT_LIMIT_EXCEEDED: 'The policy content exceeds the maximum size.',
  MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED: 'You have attached the maximum number of policies to the specified target.',
  MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED:
    'You cannot remove the last policy attached to the specified target. You must have at least one attached at all times.',
  MEMBER_ACCOUNT_PAYMENT_INSTRUMENT_REQUIRED:
    'The member account is missing one or more of the prerequisites required to operate as a standalone account. To add what is missing, sign in to the member account using the AWS Organizations console, then select to leave the organization.',
  WAIT_PERIOD_ACTIVE: 'You must wait at least four days after the account was created before you can remove it from the organization.',
  CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG:
    'You cannot remove an account that is a delegated administrator from the organization. Deregister it first.',
  CANNOT_CLOSE_MANAGEMENT_ACCOUNT: 'You cannot close the management account.',
  CLOSE_ACCOUNT_QUOTA_EXCEEDED: 'You have exceeded close account quota for the past 30 days.',
  CLOSE_ACCOUNT_REQUESTS_LIMIT_EXCEEDED: 'You have exceeded the number of accounts that you can close at a time.',
  ORGANIZATION_NOT_IN_ALL_FEATURES_MODE: 'The organization must have all features enabled for this operation.',
  MASTER_ACCOUNT_NOT_GOVCLOUD_ENABLED: 'The management account has no associated account in the AWS GovCloud (US) Region.',
  MAX_TAG_LIMIT_EXCEEDED: 'You have exceeded the number of tags allowed on this resource.',
  SERVICE_ACCESS_NOT_ENABLED:
    'You must enable service access before you delegate an administrator for this service. Call the AWS API EnableAWSServiceAccess first.',
  POLICY_TYPE_ENABLED_FOR_THIS_SERVICE: 'You must disable the policy type before you disable access for this service.',
  CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR: 'You cannot register the management account as a delegated administrator.',
  CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR: 'You cannot register a suspended account as a delegated administrator.',
  MAX_DELEGATED_ADMINISTRATORS_FOR_SERVICE_LIMIT_EXCEEDED:
    'You have exceeded the allowed number of delegated administrators for this service.',
  DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE: 'You must deregister the delegated administrators of this service first.',
  ACTIVE_RESPONSIBILITY_TRANSFER_PROCESS: 'You cannot delete the organization because of an ongoing responsibility transfer.',
});

export const handshakeConstraintViolation = withReason('HandshakeConstraintViolationException', {
  ACCOUNT_NUMBER_LIMIT_EXCEEDED: 'You have exceeded the allowed number of AWS accounts.',
  HANDSHAKE_RATE_LIMIT_EXCEEDED: 'You have exceeded the number of handshakes that you can send in one day.',
  ALREADY_IN_AN_ORGANIZATION: 'The AWS account is already a member of an organization.',
  ORGANIZATION_ALREADY_HAS_ALL_FEATURES: 'All features are already enabled on this organization.',
  ORGANIZATION_IS_ALREADY_PENDING_ALL_FEATURES_MIGRATION: 'The organization has already started the process to enable all features.',
  INVITE_DISABLED_DURING_ENABLE_ALL_FEATURES: 'You cannot invite accounts while the organization is enabling all features.',
  RESPONSIBILITY_TRANSFER_ALREADY_EXISTS: 'You cannot perform this operation with the current transfer.',
  SOURCE_AND_TARGET_CANNOT_MATCH: 'The sender of a transfer invitation cannot be its recipient.',
});
