// The official Node client of the present generation, which signs with V3, against the embedded service.

import assert from "node:assert/strict";
import rds from "@alicloud/rds20140815";
import { $OpenApiUtil } from "@alicloud/openapi-core";

import { INSTANCE, PLAIN, TEMPORARY, advance, errorOf, host, received } from "./services.mjs";

const Client = rds.default;

function clientOf(service, changes = {}) {
  const config = {
    protocol: "http",
    endpoint: host(service),
    regionId: service.region,
    accessKeyId: service.access_key_id,
    accessKeySecret: service.access_key_secret,
    securityToken: service.security_token ?? undefined,
    ...changes,
  };
  return new Client(new $OpenApiUtil.Config(config));
}

async function followABackup(client) {
  const started = await client.createBackup(new rds.CreateBackupRequest({ DBInstanceId: INSTANCE }));
  const backupJobId = Number(started.body.backupJobId);
  const ask = new rds.DescribeBackupTasksRequest({ DBInstanceId: INSTANCE, backupJobId });
  const phases = [];
  let task;
  while (!phases.includes("Finished")) {
    assert.ok(phases.length < 20, phases);
    [task] = (await client.describeBackupTasks(ask)).body.items.backupJob;
    phases.push(task.backupStatus);
    await advance(2);
  }
  assert.equal(phases[0], "NoStart");
  const { backupId } = task;
  const backups = await client.describeBackups(new rds.DescribeBackupsRequest({ DBInstanceId: INSTANCE, backupId }));
  assert.equal(backups.body.items.backup[0].backupStatus, "Success");
}

async function pageInstances(client) {
  const seen = [];
  let total;
  do {
    const pageNumber = seen.length / 10 + 1;
    const ask = new rds.DescribeDBInstancesRequest({ regionId: PLAIN.region, pageSize: 10, pageNumber });
    const { body } = await client.describeDBInstances(ask);
    seen.push(...body.items.DBInstance.map((it) => it.DBInstanceId));
    total = body.totalRecordCount;
  } while (seen.length < total);
  assert.deepEqual(seen.sort(), PLAIN.instances.sort());
}

async function sendLists(client) {
  const regionId = PLAIN.region;
  const resourceId = PLAIN.instances.slice(0, 2);
  const tag = [{ key: "team", value: "a b*~+/数" }, { key: "empty" }].map((it) => new rds.TagResourcesRequestTag(it));
  await client.tagResources(new rds.TagResourcesRequest({ regionId, resourceType: "INSTANCE", resourceId, tag }));
  const tagged = await received("TagResources");
  assert.deepEqual(tagged.Tag, [{ Key: "team", Value: "a b*~+/数" }, { Key: "empty" }]);
  assert.deepEqual(tagged.ResourceId, resourceId);

  // There are no such instances; what is looked at is how the list is understood.
  const stop = new rds.StopRCInstancesRequest({ regionId, instanceIds: ["i-1", "i-2"] });
  assert.equal((await errorOf(client.stopRCInstances(stop))).code, "InvalidResourceId.NotFound");
  assert.deepEqual((await received("StopRCInstances")).InstanceIds, ["i-1", "i-2"]);

  const types = new rds.DescribeRCInstanceTypesRequest({ regionId, instanceType: ["a", "b"] });
  await client.describeRCInstanceTypes(types);
  assert.deepEqual((await received("DescribeRCInstanceTypes")).InstanceType, ["a", "b"]);

  // Some operations have parameters in the form body.
  const from = "2024-03-15T08:00:00Z";
  const to = "2024-03-16T08:00:00Z";
  await client.queryNotify(new rds.QueryNotifyRequest({ from, to, pageNumber: 2, withConfirmed: true }));
  const notified = await received("QueryNotify");
  assert.deepEqual([notified.PageNumber, notified.WithConfirmed], [2, true]);
}

async function beRefused(client) {
  const missing = await errorOf(client.createBackup(new rds.CreateBackupRequest({ DBInstanceId: "rm-none" })));
  assert.equal(missing.name, "ClientError");
  assert.deepEqual([missing.code, missing.statusCode], ["InvalidDBInstanceName.NotFound", 404]);
  assert.equal(missing.requestId.length, 36);

  const ask = new rds.DescribeRegionsRequest({});
  const refused = await errorOf(clientOf(PLAIN, { accessKeySecret: "wrong" }).describeRegions(ask));
  assert.deepEqual([refused.code, refused.statusCode], ["SignatureDoesNotMatch", 400]);

  assert.ok((await clientOf(TEMPORARY).describeRegions(ask)).body.regions.RDSRegion.length);
  const tokenless = await errorOf(clientOf(TEMPORARY, { securityToken: undefined }).describeRegions(ask));
  assert.equal(tokenless.code, "MissingSecurityToken");
}

// The same client signs with V1 when told to.
for (const signatureAlgorithm of [undefined, "v2"]) {
  const client = clientOf(PLAIN, { signatureAlgorithm });
  for (const step of [followABackup, pageInstances, sendLists, beRefused]) {
    await step(client);
  }
}
