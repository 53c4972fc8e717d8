// The official Node client of the earlier generation, which signs with V1, against the embedded service: once
// with everything in the address, once with everything in the form body.

import assert from "node:assert/strict";
import Core from "@alicloud/pop-core";

import { INSTANCE, PLAIN, TEMPORARY, advance, errorOf, received } from "./services.mjs";

function clientOf(service, changes = {}) {
  return new Core.RPCClient({
    endpoint: service.endpoint,
    apiVersion: "2014-08-15",
    accessKeyId: service.access_key_id,
    accessKeySecret: service.access_key_secret,
    securityToken: service.security_token,
    ...changes,
  });
}

const RegionId = PLAIN.region;

for (const method of ["GET", "POST"]) {
  const client = clientOf(PLAIN);
  const call = (action, parameters = {}) => client.request(action, parameters, { method });

  // A backup from its beginning to its end.
  const { BackupJobId } = await call("CreateBackup", { DBInstanceId: INSTANCE });
  const phases = [];
  let task;
  while (!phases.includes("Finished")) {
    assert.ok(phases.length < 20, phases);
    const tasks = await call("DescribeBackupTasks", { DBInstanceId: INSTANCE, BackupJobId });
    [task] = tasks.Items.BackupJob;
    phases.push(task.BackupStatus);
    await advance(2);
  }
  assert.ok(phases[0] === "NoStart" && task.BackupId);

  // Pages of instances.
  const seen = [];
  for (const PageNumber of [1, 2, 3, 4]) {
    const listed = await call("DescribeDBInstances", { RegionId, PageSize: 10, PageNumber });
    seen.push(...listed.Items.DBInstance.map((it) => it.DBInstanceId));
  }
  assert.deepEqual(seen.sort(), PLAIN.instances.sort());

  // Lists in every style; this client numbers the elements unless it is given a text.
  const Tag = [{ Key: "team", Value: "a b*~+/数" }, { Key: "empty", Value: "" }];
  await call("TagResources", { RegionId, ResourceType: "INSTANCE", ResourceId: PLAIN.instances.slice(0, 2), Tag });
  assert.deepEqual((await received("TagResources")).Tag, Tag);
  // There are no such instances; what is looked at is how the list is understood.
  const stopped = await errorOf(call("StopRCInstances", { RegionId, InstanceIds: '["i-1","i-2"]' }));
  assert.equal(stopped.code, "InvalidResourceId.NotFound");
  assert.deepEqual((await received("StopRCInstances")).InstanceIds, ["i-1", "i-2"]);
  for (const InstanceType of ["a,b", ["a", "b"]]) {
    await call("DescribeRCInstanceTypes", { RegionId, InstanceType });
    assert.deepEqual((await received("DescribeRCInstanceTypes")).InstanceType, ["a", "b"]);
  }

  // Refusals; this client names its errors after the code.
  const missing = await errorOf(call("CreateBackup", { DBInstanceId: "rm-none" }));
  assert.deepEqual([missing.name, missing.code], ["InvalidDBInstanceName.NotFoundError", missing.data.Code]);
  assert.equal(missing.data.RequestId.length, 36);
  const refused = await errorOf(clientOf(PLAIN, { accessKeySecret: "wrong" }).request("DescribeRegions", {}, { method }));
  assert.equal(refused.code, "SignatureDoesNotMatch");

  // Temporary credentials.
  const regions = await clientOf(TEMPORARY).request("DescribeRegions", {}, { method });
  assert.ok(regions.Regions.RDSRegion.length);
  const tokenless = clientOf(TEMPORARY, { securityToken: undefined });
  assert.equal((await errorOf(tokenless.request("DescribeRegions", {}, { method }))).code, "MissingSecurityToken");
}
