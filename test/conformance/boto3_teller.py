"""Calls AWS through boto3. One JSON object a line in, one out, in the same order."""

import datetime
import json
import sys

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.response import StreamingBody


def plain(value):
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if isinstance(value, StreamingBody):
        return value.read().decode()
    if isinstance(value, bytes):
        return value.decode('utf-8', 'replace')
    if isinstance(value, dict):
        return {name: plain(member) for name, member in value.items() if name != 'ResponseMetadata'}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


# One session: it reads each service's model once.
SESSION = boto3.session.Session()


def call(asked):
    credentials = asked['credentials']
    client = SESSION.client(
        asked['service'],
        region_name=asked['region'],
        endpoint_url=asked['endpoint'],
        aws_access_key_id=credentials['accessKeyId'],
        aws_secret_access_key=credentials['secretAccessKey'],
        aws_session_token=credentials.get('sessionToken'),
        config=Config(retries={'total_max_attempts': 1}),
    )
    try:
        return {'output': plain(getattr(client, xform_name(asked['operation']))(**asked['input']))}
    except ClientError as error:
        response = error.response
        return {
            'status': response['ResponseMetadata']['HTTPStatusCode'],
            'code': response['Error']['Code'],
            'message': response['Error'].get('Message', ''),
        }


for line in sys.stdin:
    try:
        answer = call(json.loads(line))
    except Exception as error:  # the client's own refusals: told, so that the test fails with them
        answer = {'failure': repr(error)}
    print(json.dumps(answer), flush=True)
