"""A server that takes only requests which the official Python clients' own code signs the same way.

V3 is computed by alibabacloud-tea-openapi, V1 by aliyun-python-sdk-core; nothing here computes a signature.
"""

import json
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from alibabacloud_tea_openapi.utils import Utils
from aliyunsdkcore.auth.composer import rpc_signature_composer as composer
from darabonba.request import DaraRequest

SECRET = "fake-key-secret"
ALGORITHM = "ACS3-HMAC-SHA256"


class Verifier(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        query = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True, strict_parsing=False))
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        given = self.headers.get("authorization")
        if given:
            theirs = self.version_3(given, query, body)
        else:
            given, theirs = query.pop("Signature", None), self.version_1({**query, **form})
        self.send(200 if given == theirs else 400, given, theirs)

    do_GET = do_POST = answer

    def version_3(self, given, query, body):
        signed = given.split("SignedHeaders=")[1].split(",")[0].split(";")
        request = DaraRequest()
        request.method, request.pathname, request.query = self.command, "/", query
        request.headers = {name: self.headers[name] for name in signed}
        digest = Utils.hex_encode(Utils.hash(body, ALGORITHM))
        key = given.split("Credential=")[1].split(",")[0]
        return Utils.get_authorization(request, ALGORITHM, digest, key, SECRET)

    def version_1(self, parameters):
        parameters.pop("Signature", None)
        # The functions are private to their module.
        text = getattr(composer, "__compose_string_to_sign")(self.command, parameters)
        return getattr(composer, "__get_signature")(text, SECRET)

    def send(self, status, given, theirs):
        answer = {"RequestId": str(uuid.uuid4())}
        if status != 200:
            message = f"the request is signed with {given}, the official code makes it {theirs}"
            answer.update(Code="SignatureDoesNotMatch", Message=message)
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Verifier)
print(json.dumps({"endpoint": f"http://127.0.0.1:{server.server_port}"}), flush=True)
server.serve_forever()
