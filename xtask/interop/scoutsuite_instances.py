"""ScoutSuite's view of RDS against the embedded service: it finds each instance, as what it is and in its state."""

import asyncio
import contextlib
import os
import sys
from types import ModuleType, SimpleNamespace

from aliyunsdkcore.auth.credentials import AccessKeyCredential
from alibabacloud_rds20140815 import models

from services import PLAIN, advance, client_of

# Its view of one product would import the clients of all.
for name in ["aliyunsdksts.request.v20150401", "oss2", "ScoutSuite.providers.aliyun.facade.base"]:
    sys.modules[name] = ModuleType(name)
sys.modules["aliyunsdksts.request.v20150401"].GetCallerIdentityRequest = None
sys.modules["ScoutSuite.providers.aliyun.facade.base"].AliyunFacade = None

from ScoutSuite.providers.aliyun.authentication_strategy import AliyunCredentials
from ScoutSuite.providers.aliyun.facade.rds import RDSFacade
from ScoutSuite.providers.aliyun.resources.rds.instances import Instances

REGION = PLAIN["region"]
service = client_of(PLAIN)


def view(region=REGION):
    """The instances of a region, by id: what the program shows of each."""
    key = AccessKeyCredential(PLAIN["access_key_id"], PLAIN["access_key_secret"])
    facade = SimpleNamespace(rds=RDSFacade(AliyunCredentials(key, {})))

    async def fetch():
        asyncio.get_event_loop().throttler = contextlib.AsyncExitStack()
        instances = Instances(facade, region)
        # It asks over plain HTTP, which is all that a proxy needs to be the service.
        os.environ["HTTP_PROXY"] = PLAIN["endpoint"]
        await instances.fetch_all()
        del os.environ["HTTP_PROXY"]
        return dict(instances)

    return asyncio.run(fetch())


found = view()
assert set(found) == set(PLAIN["instances"]) and not view("cn-beijing")
engines = {it["engine"] for it in found.values()}
assert engines == {"MySQL", "PostgreSQL", "SQLServer", "MariaDB"}, engines
for instance in found.values():
    # One column is of a member that the API no longer has. What has no value is empty.
    assert [name for name, value in instance.items() if value is None] == ["ins_id"], instance

created = service.create_dbinstance(models.CreateDBInstanceRequest(
    region_id=REGION, engine="MySQL", engine_version="8.0", dbinstance_class="mysql.n2.medium.1", dbinstance_storage=50,
    dbinstance_net_type="Intranet", pay_type="Postpaid", security_iplist="10.0.0.0/8", vpcid="vpc-1", v_switch_id="vsw-1",
    dbinstance_description="shop", zone_id=f"{REGION}-h", resource_group_id="rg-1")).body.dbinstance_id
wanted = {
    "id": created, "name": "shop", "engine": "MySQL", "engine_version": "8.0", "db_instance_class": "mysql.n2.medium.1",
    "db_instance_net_type": "Intranet", "pay_type": "Postpaid", "vpc_id": "vpc-1", "vswitch_id": "vsw-1",
    "zone_id": f"{REGION}-h", "resource_group_id": "rg-1", "region_id": REGION, "instance_network_type": "VPC",
    "db_instance_type": "Primary", "connection_mode": "Standard", "lock_mode": "Unlock",
}
for status in ["Creating", "Running"]:
    seen = view()[created]
    assert wanted | {"db_instance_status": status} == {name: seen[name] for name in [*wanted, "db_instance_status"]}, seen
    advance(6)
service.delete_dbinstance(models.DeleteDBInstanceRequest(dbinstance_id=created))
advance(6)
assert view() == found
