// A server that takes only requests which the official Node client's own code signs the same way. It is
// openapi-core that computes V3 and V1, and that says which headers are signed.

import http from "node:http";
import { randomUUID } from "node:crypto";
import { OpenApiUtil } from "@alicloud/openapi-core";

const SECRET = "fake-key-secret";
const ALGORITHM = "ACS3-HMAC-SHA256";

function version3(given, { method, headers }, query, body) {
  const digest = OpenApiUtil.hash(body, ALGORITHM).toString("hex");
  const key = given.match(/Credential=([^,]*)/)[1];
  return OpenApiUtil.getAuthorization({ method, headers, query, pathname: "/" }, ALGORITHM, digest, key, SECRET);
}

function version1({ method }, { Signature: _, ...parameters }) {
  return OpenApiUtil.getRPCSignature(parameters, method, SECRET);
}

const server = http.createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const query = Object.fromEntries(new URL(request.url, "http://any").searchParams);
  const form = Object.fromEntries(new URLSearchParams(body.toString()));
  const authorization = request.headers.authorization;
  const given = authorization ?? query.Signature;
  const theirs = authorization
    ? version3(authorization, request, query, body)
    : version1(request, { ...query, ...form });
  const answer = { RequestId: randomUUID() };
  if (given !== theirs) {
    answer.Code = "SignatureDoesNotMatch";
    answer.Message = `the request is signed with ${given}, the official code makes it ${theirs}`;
  }
  response.writeHead(given === theirs ? 200 : 400, { "content-type": "application/json" });
  response.end(JSON.stringify(answer));
});

server.listen(0, "127.0.0.1", () => {
  console.log(JSON.stringify({ endpoint: `http://127.0.0.1:${server.address().port}` }));
});
