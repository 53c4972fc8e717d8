"""prowler's checks of RDS against the embedded service: they find each instance and judge it by its state."""

import importlib
import pkgutil
from types import SimpleNamespace

from alibabacloud_rds20140815 import models
from prowler.providers.alibabacloud.services import rds
from prowler.providers.common.provider import Provider

from services import PLAIN, advance, client_of

REGION = PLAIN["region"]


def client(_service="rds", region=REGION):
    made = client_of(PLAIN)
    made.region = region
    return made


# Its session with everything but RDS would need a client of each product; this one has what the RDS checks ask for.
Provider.set_global_provider(SimpleNamespace(
    identity=SimpleNamespace(account_id="1", account_name="interop"),
    audit_config={}, audit_resources=[], audit_metadata=SimpleNamespace(expected_checks=[]),
    session=SimpleNamespace(client=client), get_default_region=lambda _: REGION,
    generate_regional_clients=lambda _: {REGION: client()}))

# It looks for the addresses under a name that no version of the client has, and so would take every list for private.
models.DescribeDBInstanceIPArrayListResponseBodyItemsDBInstanceIPArray.security_ips = property(
    lambda it: it.security_iplist)

CHECKS = {it.name: importlib.import_module(f"{rds.__name__}.{it.name}.{it.name}")
          for it in pkgutil.iter_modules(rds.__path__) if it.ispkg}


def scan():
    """What each check says of each instance."""
    found = importlib.import_module(f"{rds.__name__}.rds_service").RDS(Provider.get_global_provider())
    verdicts = {}
    for name, module in CHECKS.items():
        module.rds_client = found
        for finding in getattr(module, name)().execute():
            verdicts.setdefault(finding.resource_id, {})[name.removeprefix("rds_instance_")] = finding.status
    assert {it.id for it in found.instances} == set(PLAIN["instances"])
    return verdicts


service = client()
listed = service.describe_dbinstances(models.DescribeDBInstancesRequest(region_id=REGION)).body.items.dbinstance
mysql, postgres = [next(it.dbinstance_id for it in listed if it.engine == engine) for engine in ["MySQL", "PostgreSQL"]]


def settle():
    """Lets the changes come to an end: they take five seconds."""
    advance(6)


def allow(addresses):
    service.modify_security_ips(models.ModifySecurityIpsRequest(dbinstance_id=mysql, security_ips=addresses))


def encrypt_connections(enabled):
    address = service.describe_dbinstance_attribute(models.DescribeDBInstanceAttributeRequest(
        dbinstance_id=mysql)).body.items.dbinstance_attribute[0].connection_string
    service.modify_dbinstance_ssl(models.ModifyDBInstanceSSLRequest(
        dbinstance_id=mysql, connection_string=address, sslenabled=enabled))
    settle()


def encrypt_data(_):
    service.modify_dbinstance_tde(models.ModifyDBInstanceTDERequest(dbinstance_id=mysql, tdestatus="Enabled"))
    settle()


def audit(status):
    service.modify_sqlcollector_policy(models.ModifySQLCollectorPolicyRequest(
        dbinstance_id=mysql, sqlcollector_status=status))


def keep_audit(days):
    service.modify_sqlcollector_retention(models.ModifySQLCollectorRetentionRequest(
        dbinstance_id=mysql, config_value=days))


def log(name):
    def change(value):
        service.modify_parameter(models.ModifyParameterRequest(
            dbinstance_id=postgres, parameters='{"%s":"%s"}' % (name, value)))
        settle()
    return change


# A new instance lets nobody in, and has none of what costs extra.
before = scan()
private = {"no_public_access_whitelist": "PASS"}
assert all(private.items() <= verdicts.items() for verdicts in before.values()), before
costs = {"sql_audit_enabled", "sql_audit_retention", "ssl_enabled", "tde_enabled", "tde_key_custom"}
assert all(verdicts[name] == "FAIL" for verdicts in before.values() for name in costs), before
assert len(before[postgres]) == len(CHECKS) == len(before[mysql]) + 3 == 9, before

# Each change, what it is of, and which verdicts it changes, and how: one after another, there and back.
changes = [
    (allow, mysql, "10.0.0.0/8,0.0.0.0/0", {"no_public_access_whitelist": "FAIL"}),
    (allow, mysql, "10.0.0.0/8", {"no_public_access_whitelist": "PASS"}),
    (encrypt_connections, mysql, 1, {"ssl_enabled": "PASS"}),
    (encrypt_connections, mysql, 0, {"ssl_enabled": "FAIL"}),
    # It never asks for the key, so that none is its customer's own.
    (encrypt_data, mysql, None, {"tde_enabled": "PASS"}),
    (audit, mysql, "Enable", {"sql_audit_enabled": "PASS"}),
    (keep_audit, mysql, "180", {"sql_audit_retention": "PASS"}),
    (keep_audit, mysql, "30", {"sql_audit_retention": "FAIL"}),
    (audit, mysql, "Disabled", {"sql_audit_enabled": "FAIL"}),
]
for name in ["log_connections", "log_disconnections", "log_duration"]:
    now = before[postgres][f"postgresql_{name}_enabled"]
    for value, verdict in [("off", "FAIL"), ("on", "PASS")][::1 if now == "PASS" else -1]:
        changes.append((log(name), postgres, value, {f"postgresql_{name}_enabled": verdict}))
for change, instance, value, changed in changes:
    change(value)
    after = scan()
    wanted = before | {instance: before[instance] | changed}
    assert after == wanted, (change, value, after[instance])
    assert before != after or changed.items() <= before[instance].items(), (value, after[instance])
    before = after
