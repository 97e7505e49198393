"""Writes requests and reads responses with botocore, a line of JSON each way.

{"write": [service, operation, input]}                     -> {"request": {...}, "input": what botocore knows of it}
{"read": [service, operation, status, headers, body, out]} -> {"output": {...}, "expected": what botocore knows of `out`}

Times are {"$time": seconds}, bytes {"$bytes": base64}. An operation that this botocore does not know answers null.
"""
import base64
import datetime
import io
import json
import sys

import botocore.awsrequest
import botocore.model
import botocore.parsers
import botocore.serialize
import botocore.session

session = botocore.session.get_session()
models = {}


def operation_of(service, operation):
    if service not in models:
        models[service] = session.get_service_model(service)
    try:
        return models[service].operation_model(operation)
    except botocore.model.OperationNotFoundError:
        return None


def decode(value):
    if isinstance(value, dict):
        if set(value) == {"$time"}:
            return datetime.datetime.fromtimestamp(value["$time"], datetime.timezone.utc)
        if set(value) == {"$bytes"}:
            return base64.b64decode(value["$bytes"])
        return {key: decode(item) for key, item in value.items()}
    if isinstance(value, list):
        return [decode(item) for item in value]
    return value


def encode(value):
    if isinstance(value, datetime.datetime):
        return {"$time": round(value.timestamp(), 3)}
    if isinstance(value, (bytes, bytearray)):
        return {"$bytes": base64.b64encode(value).decode()}
    if hasattr(value, "read"):
        return encode(value.read())
    if isinstance(value, dict):
        return {key: encode(item) for key, item in value.items()}
    if isinstance(value, list):
        return [encode(item) for item in value]
    return value


def known(shape, value):
    """The value without members that this botocore is too old for."""
    if shape is None:
        return {}
    if shape.type_name == "structure" and isinstance(value, dict):
        if getattr(shape, "is_document_type", False):
            return value
        return {key: known(shape.members[key], item) for key, item in value.items() if key in shape.members}
    if shape.type_name == "list" and isinstance(value, list):
        return [known(shape.member, item) for item in value]
    if shape.type_name == "map" and isinstance(value, dict):
        return {key: known(shape.value, item) for key, item in value.items()}
    return value


def without_nothing(value, lists):
    """The value without empty structures, and empty lists where `lists`: XML and queries cannot carry them."""
    if isinstance(value, dict):
        members = {key: without_nothing(item, lists) for key, item in value.items()}
        return {key: item for key, item in members.items() if item is not None} or None
    if isinstance(value, list):
        items = [without_nothing(item, lists) for item in value]
        items = [item for item in items if item is not None]
        return None if lists and not items else items
    return value


def carried(model, value):
    protocol = model.metadata["protocol"]
    return (without_nothing(value, protocol == "ec2") or {}) if protocol in ("query", "ec2") else value


def write(service, operation, value):
    model = operation_of(service, operation)
    if model is None:
        return None
    value = carried(model, known(model.input_shape, decode(value)))
    serializer = botocore.serialize.create_serializer(model.metadata["protocol"], include_validation=False)
    request_dict = serializer.serialize_to_request(value, model)
    botocore.awsrequest.prepare_request_dict(request_dict, "http://localhost:4566")
    request = botocore.awsrequest.create_request_object(request_dict).prepare()
    body = request.body or b""
    if isinstance(body, str):
        body = body.encode()
    headers = {name: item.decode() if isinstance(item, bytes) else str(item) for name, item in request.headers.items()}
    return {
        "request": {
            "method": request.method,
            "target": request.url[len("http://localhost:4566"):],
            "headers": headers,
            "body": base64.b64encode(body).decode(),
        },
        "input": encode(value),
    }


def read(service, operation, status, headers, body, expected):
    model = operation_of(service, operation)
    if model is None:
        return None
    parser = botocore.parsers.create_parser(model.metadata["protocol"])
    content = base64.b64decode(body)
    response = {
        "status_code": status,
        "headers": botocore.awsrequest.HeadersDict(headers),
        "body": io.BytesIO(content) if model.has_streaming_output else content,
    }
    output = parser.parse(response, model.output_shape)
    metadata = output.pop("ResponseMetadata", {})
    return {"output": encode(carried(model, output)), "expected": encode(carried(model, known(model.output_shape, decode(expected)))), "requestId": metadata.get("RequestId")}


for line in sys.stdin:
    message = json.loads(line)
    try:
        answer = write(*message["write"]) if "write" in message else read(*message["read"])
    except Exception as error:  # told to the test, which fails with it
        answer = {"error": f"{type(error).__name__}: {error}"}
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
