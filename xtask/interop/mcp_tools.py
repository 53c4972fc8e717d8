"""The vendor's MCP server against the embedded service: each of its tools that touch RDS returns what is right.

It is asked over its protocol, as an agent asks it. Each chapter goes on where the one before has ended.
"""

import asyncio
import csv
import datetime
import io
import json
import os
import sys

from alibabacloud_rds20140815 import models
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

from services import INSTANCE, PLAIN, advance, client_of, received

REGION = PLAIN["region"]
# Tools of other products, and one that asks nobody.
OTHERS = {
    "describe_bills", "describe_monitor_metrics", "describe_sql_insight_statistic", "describe_vpcs",
    "describe_vswitches", "get_current_time",
}


class Tools:
    """The tools, each with the name of its server, and which of them have returned something."""

    def __init__(self, session):
        self.session = session
        self.called = set()

    async def ask(self, name, arguments):
        return await self.session.call_tool(name, {"region_id": REGION} | arguments)

    async def call(self, name, **arguments):
        result = await self.ask(name, arguments)
        texts = [it.text for it in result.content]
        assert not result.isError, texts
        self.called.add(name)
        structured = result.structuredContent or {}
        value = structured.get("result", structured or (texts[0] if len(texts) == 1 else texts))
        try:
            return json.loads(value) if isinstance(value, str) else value
        except json.JSONDecodeError:
            return value

    async def is_refused(self, code, name, **arguments):
        result = await self.ask(name, arguments)
        assert result.isError and code in result.content[0].text, result

    async def attribute(self, instance):
        described = await self.call("describe_db_instance_attribute", db_instance_id=instance)
        [attribute] = described["Items"]["DBInstanceAttribute"]
        return attribute

    async def addresses(self, instance):
        [info] = await self.call("describe_db_instance_net_info", db_instance_ids=[instance])
        infos = info["DBInstanceNetInfos"]["DBInstanceNetInfo"]
        return {it["IPType"]: (it["ConnectionString"], it["Port"]) for it in infos}

    async def accounts(self, instance):
        [accounts] = await self.call("describe_db_instance_accounts", db_instance_ids=[instance])
        return {it["AccountName"]: it for it in accounts["Accounts"]["DBInstanceAccount"]}


def settle():
    """Lets the changes come to an end: they take five seconds."""
    advance(6)


def minutes_from_now(minutes, form="%Y-%m-%d %H:%M"):
    return (datetime.datetime.now() + datetime.timedelta(minutes=minutes)).strftime(form)


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


async def see_what_is_there(tools):
    instances = rows(await tools.call("describe_db_instances"))
    assert {it["DBInstanceId"] for it in instances} == set(PLAIN["instances"])
    assert {it["DBInstanceStatus"] for it in instances} == {"Running"}
    seen = await tools.attribute(INSTANCE)
    assert (seen["Engine"], seen["EngineVersion"]) == ("MySQL", "8.0")
    [databases] = await tools.call("describe_db_instance_databases", db_instance_ids=[INSTANCE])
    assert [it["DBName"] for it in databases["Databases"]["Database"]] == ["orders"]
    assert set(await tools.accounts(INSTANCE)) == {"app"}
    for name in ["describe_db_instance_net_info", "describe_db_instance_accounts", "describe_db_instance_databases"]:
        await tools.is_refused("InvalidDBInstanceName.NotFound", name, db_instance_ids=["rm-none"])


async def create_an_instance(tools):
    postgres = {"engine": "PostgreSQL", "engine_version": "15.0"}
    zones = (await tools.call("describe_available_zones", **postgres))["AvailableZones"]
    assert all([it["Engine"] for it in zone["SupportedEngines"]] == ["PostgreSQL"] for zone in zones)
    zone, slave = [it["ZoneId"] for it in zones[:2]]
    place = {"zone_id": zone, "category": "HighAvailability", "dbinstance_storage_type": "cloud_essd"}
    classes = await tools.call("describe_available_classes", instance_charge_type="Postpaid", **postgres, **place)
    kinds = [it["DBInstanceClass"] for it in classes["DBInstanceClasses"]]
    assert kinds and all(it.startswith("pg.") for it in kinds), kinds

    created = await tools.call(
        "create_db_instance", dbinstance_class=kinds[0], dbinstance_storage=50, vpc_id="vpc-1", vswitch_id="vsw-1",
        zone_id_slave1=slave, security_ip_list="10.0.0.0/8", dbinstance_net_type="Intranet", **postgres, **place)
    instance = created["DBInstanceId"]
    assert (await tools.attribute(instance))["DBInstanceStatus"] == "Creating"
    settle()
    seen = await tools.attribute(instance)
    wanted = {
        "DBInstanceStatus": "Running", "Engine": "PostgreSQL", "EngineVersion": "15.0", "DBInstanceClass": kinds[0],
        "DBInstanceStorage": 50, "DBInstanceStorageType": "cloud_essd", "Category": "HighAvailability", "ZoneId": zone,
        "VpcId": "vpc-1", "VSwitchId": "vsw-1", "PayType": "Postpaid", "DBInstanceNetType": "Intranet", "Port": "5432",
    }
    assert {name: seen.get(name) for name in wanted} == wanted, seen
    assert [it["ZoneId"] for it in seen["SlaveZones"]["SlaveZone"]] == [slave]
    assert await tools.addresses(instance) == {"Private": (created["ConnectionString"], "5432")}
    [allowed] = await tools.call("describe_db_instance_ip_allowlist", db_instance_ids=[instance])
    assert [it["SecurityIPList"] for it in allowed["Items"]["DBInstanceIPArray"]] == ["10.0.0.0/8"]


async def change_an_instance(tools):
    await tools.call("modify_db_instance_description", db_instance_id=INSTANCE, description="shop")
    kind = "mysql.n2.large.2c"
    await tools.call("modify_db_instance_spec", dbinstance_id=INSTANCE, dbinstance_class=kind, dbinstance_storage=200,
                     pay_type="Postpaid", direction="UP")
    settle()
    seen = await tools.attribute(INSTANCE)
    assert (seen["DBInstanceDescription"], seen["DBInstanceClass"], seen["DBInstanceStorage"]) == ("shop", kind, 200)

    await tools.call("restart_db_instance", dbinstance_id=INSTANCE)
    assert (await tools.attribute(INSTANCE))["DBInstanceStatus"] == "Rebooting"
    await tools.is_refused("OperationDenied.DBInstanceStatus", "restart_db_instance", dbinstance_id=INSTANCE)
    settle()
    logs = await tools.call("describe_error_logs", db_instance_id=INSTANCE, start_time=minutes_from_now(-60),
                            end_time=minutes_from_now(30))
    assert "Normal shutdown" in logs["Logs"] and logs["TotalRecordCount"] == 2, logs

    await tools.call("add_tags_to_db_instance", db_instance_id=INSTANCE, tags={"team": "shop"})
    tagged = client_of(PLAIN).list_tag_resources(models.ListTagResourcesRequest(
        region_id=REGION, resource_type="INSTANCE", resource_id=[INSTANCE]))
    tags = {it.tag_key: it.tag_value for it in tagged.body.tag_resources.tag_resource}
    assert tags.get("team") == "shop", tags


async def set_parameters(tools):
    async def running():
        parameters = await tools.call("describe_db_instance_parameters", db_instance_ids=[INSTANCE],
                                      paramters=["max_connections"])
        return {it["ParameterName"]: it["ParameterValue"] for it in rows(parameters[INSTANCE]["RunningParameters"])}

    before = await running()
    await tools.call("modify_parameter", dbinstance_id=INSTANCE, parameters={"max_connections": "600"})
    settle()
    assert before.keys() == {"max_connections"} and before != await running() == {"max_connections": "600"}
    for code, wrong in [("NotStandard", {"max_connections": "banana"}), ("Malformed", {"no_such": "1"})]:
        await tools.is_refused(code, "modify_parameter", dbinstance_id=INSTANCE, parameters=wrong)
    assert await running() == {"max_connections": "600"}


async def let_people_in(tools):
    private = {"Private": (f"{INSTANCE}.mysql.rds.aliyuncs.com", "3306")}
    assert await tools.addresses(INSTANCE) == private
    await tools.call("allocate_instance_public_connection", db_instance_id=INSTANCE,
                     connection_string_prefix="shop-public", port="3307")
    settle()
    public = {"Public": ("shop-public.mysql.rds.aliyuncs.com", "3307")}
    assert await tools.addresses(INSTANCE) == private | public

    await tools.call("modify_security_ips", dbinstance_id=INSTANCE, security_ips="192.168.1.0/24")
    wrong = {"dbinstance_id": INSTANCE, "security_ips": "banana"}
    await tools.is_refused("SecurityIPList.Format", "modify_security_ips", **wrong)
    [allowed] = await tools.call("describe_db_instance_ip_allowlist", db_instance_ids=[INSTANCE])
    groups = {it["DBInstanceIPArrayName"]: it["SecurityIPList"] for it in allowed["Items"]["DBInstanceIPArray"]}
    assert groups == {"default": "192.168.1.0/24"}

    # No tool makes a template.
    for number in range(120):
        client_of(PLAIN).modify_whitelist_template(models.ModifyWhitelistTemplateRequest(
            region_id=REGION, template_name=f"office{number}", ip_whitelist=f"10.23.{number}.0/24"))
    templates = await tools.call("describe_all_whitelist_template")
    addresses = {it["TemplateName"]: it["Ips"] for it in templates}
    assert len(addresses) == 120 and addresses["office7"] == "10.23.7.0/24", addresses
    [chosen] = await tools.call("describe_all_whitelist_template", template_name="office77")
    await tools.call("attach_whitelist_template_to_instance", db_instance_id=INSTANCE, template_id=chosen["TemplateId"])
    linked = await tools.call("describe_instance_linked_whitelist_template", db_instance_id=INSTANCE)
    assert [it["TemplateName"] for it in linked["Data"]["Templates"]] == ["office77"], linked

    account = {
        "db_instance_id": INSTANCE, "account_name": "alice", "account_password": "Correct-Horse1",
        "account_description": "of the shop",
    }
    await tools.call("create_db_instance_account", **account)
    await tools.is_refused("InvalidAccountName.Duplicate", "create_db_instance_account", **account)
    settle()
    alice = (await tools.accounts(INSTANCE))["alice"]
    assert (alice["AccountDescription"], alice["AccountStatus"]) == ("of the shop", "Available")


async def ask_the_database(tools):
    """Each of these tools makes an account, lets it read the database, asks as this account, and deletes it."""
    before = set(await tools.accounts(INSTANCE))

    async def asked(name, grants, **arguments):
        [row] = await tools.call(name, dbinstance_id=INSTANCE, **arguments)
        assert (row["host"], row["port"]) == (f"{INSTANCE}.mysql.rds.aliyuncs.com", "3306"), row
        assert received("CreateAccount")["AccountName"] == received("DeleteAccount")["AccountName"] == row["user"], row
        if grants:
            wanted = {"AccountName": row["user"], "DBName": grants, "AccountPrivilege": "ReadOnly"}
            assert wanted.items() <= received("GrantAccountPrivilege").items(), row
        return row["sql"]

    assert await asked("show_engine_innodb_status", None) == "show engine innodb status"
    table = {"db_name": "orders", "table_name": "items"}
    assert await asked("show_create_table", "orders", **table) == "show create table `orders`.`items`"
    assert await asked("explain_sql", "orders", db_name="orders", sql="select 1") == "explain select 1"
    assert await asked("query_sql", "orders", db_name="orders", sql="select 1") == "select 1"
    assert await asked("query_sql", "orders", db_name="information_schema", sql="select 1") == "select 1"
    assert "data_length" in await asked("show_largest_table", "orders", topK=3)
    assert "DATA_FREE" in await asked("show_largest_table_fragment", "orders", topK=3)
    assert set(await tools.accounts(INSTANCE)) == before


async def watch(tools):
    # There is a value every five minutes.
    advance(301)
    span = {"start_time": minutes_from_now(-60), "end_time": minutes_from_now(30)}
    wanted = ["MemCpuUsage", "QPSTPS", "Sessions"]
    performance = await tools.call("describe_db_instance_performance", db_instance_id=INSTANCE, db_type="mysql",
                                   perf_keys=wanted, **span)
    assert len(performance) == 3, performance
    for name, part in zip(wanted, performance):
        assert part.startswith(f"Key=MySQL_{name}; "), part
        values = rows(part.split("Values=")[1])
        assert values and all(len(it["Value"].split("&")) == 2 for it in values), part
        assert all(float(number) > 0 for it in values for number in it["Value"].split("&")), part
    slow = await tools.call("describe_slow_log_records", dbinstance_id=INSTANCE, **span)
    assert (slow["DBInstanceId"], slow["TotalRecordCount"]) == (INSTANCE, len(slow["Items"]["SQLSlowRecord"])), slow


async def run_custom_instances(tools):
    made = await tools.call(
        "run_rc_instances", instance_type="mysql.x2.large.6cm", password="Correct-Horse1", vswitch_id="vsw-1",
        security_group_id="sg-1", zone_id=f"{REGION}-h", image_id="m-1", amount=2, description="custom",
        host_name="shop-host", system_disk={"size": 60, "category": "cloud_essd"},
        data_disk=[{"size": 100, "category": "cloud_essd"}])
    ids = made["InstanceIdSets"]["InstanceIdSet"]
    instance = ids[0]

    async def attribute():
        return await tools.call("describe_rc_instance_attribute", instance_id=instance)

    async def statuses():
        listed = (await tools.call("describe_rc_instances"))["RCInstances"]
        assert [it["InstanceId"] for it in listed] == ids, listed
        return [it["Status"] for it in listed]

    assert len(ids) == 2 and await statuses() == ["Pending", "Pending"]
    settle()
    assert await statuses() == ["Running", "Running"]
    seen = await attribute()
    assert (seen["Description"], seen["HostName"], seen["ImageId"]) == ("custom", "shop-host", "m-1"), seen
    assert seen["VpcAttributes"]["VSwitchId"] == "vsw-1" and seen["DataDisks"]["DataDisk"][0]["Size"] == 100, seen

    for name, during, after in [
        ("stop_rc_instances", "Stopping", "Stopped"), ("start_rc_instances", "Starting", "Running")
    ]:
        await tools.call(name, instance_ids=ids)
        assert await statuses() == [during] * 2
        settle()
        assert await statuses() == [after] * 2
    await tools.call("reboot_rc_instance", instance_id=instance)
    assert await statuses() == ["Starting", "Running"]
    settle()

    await tools.call("modify_rc_instance_description", instance_id=instance, instance_description="renamed")
    await tools.call("modify_rc_instance_attribute", instance_id=instance, deletion_protection=True, host_name="till")
    await tools.call("sync_rc_security_group", instance_id=instance, security_group_id="sg-2")
    await tools.call("associate_eip_address_with_rc_instance", instance_id=instance, allocation_id="eip-1")
    seen = await attribute()
    assert (seen["Description"], seen["DeletionProtection"], seen["HostName"]) == ("renamed", True, "till"), seen
    [address] = seen["PublicIpAddress"]["IpAddress"]
    assert (seen["EipAddress"]["AllocationId"], seen["EipAddress"]["IpAddress"]) == ("eip-1", address), seen
    protected = await tools.call("describe_rc_instance_ip_address", instance_id=instance, ddos_region_id=REGION)
    [shown] = protected["RCInstanceList"]
    assert [(it["InstanceIp"], it["IpStatus"]) for it in shown["IpAddressConfig"]] == [(address, "normal")], protected
    count = (await tools.call("describe_rc_instance_ddos_count", ddos_region_id=REGION))["DdosCount"]
    assert (count["InstacenCount"], count["DefenseCount"]) == ("1", "0"), count
    await tools.call("unassociate_eip_address_with_rc_instance", instance_id=instance, allocation_id="eip-1")
    assert (await attribute())["PublicIpAddress"]["IpAddress"] == []

    advance(60)
    console = await tools.call("describe_rc_instance_vnc_url", instance_id=instance, db_type="mysql")
    assert console["LoginUrl"].startswith("https://") and instance in console["LoginUrl"], console
    seconds = "%Y-%m-%d %H:%M:%S"
    metric = await tools.call(
        "describe_rc_metric_list", instance_id=instance, metric_name="CPUUtilization", period="60",
        start_time=minutes_from_now(-60, seconds), end_time=minutes_from_now(30, seconds))
    points = json.loads(metric["Datapoints"])
    assert points and all(it["instanceId"] == instance and 0 < it["Average"] < 100 for it in points), metric
    assert metric["Success"] is True and metric["Period"] == "60" and not metric.get("NextToken"), metric
    for name, arguments in [
        ("describe_rc_instance_attribute", {}), ("describe_rc_instance_vnc_url", {"db_type": "mysql"}),
        ("sync_rc_security_group", {"security_group_id": "sg-1"}),
    ]:
        await tools.is_refused("InvalidResourceId.NotFound", name, instance_id="rc-none", **arguments)
    return instance


async def keep_disks(tools, instance):
    async def disks():
        return {it["Type"]: it for it in (await tools.call("describe_rc_disks", instance_id=instance))["Disks"]}

    before = await disks()
    assert {kind: it["Size"] for kind, it in before.items()} == {"system": 60, "data": 100}, before
    disk = before["data"]["DiskId"]
    snapshot = await tools.call("create_rc_snapshot", disk_id=disk, description="before", retention_days=7)
    settle()
    [kept] = (await tools.call("describe_rc_snapshots", disk_id=disk))["Snapshots"]
    wanted = {"SnapshotId": snapshot["SnapshotId"], "SourceDiskSize": 100, "Description": "before"}
    assert wanted.items() <= kept.items(), kept
    await tools.call("resize_rc_instance_disk", instance_id=instance, disk_id=disk, new_size=200)
    settle()
    assert (await disks())["data"]["Size"] == 200

    # No tool makes an image.
    client_of(PLAIN).create_rcimage(models.CreateRCImageRequest(
        region_id=REGION, instance_id=instance, image_name="golden"))
    settle()
    [shown] = (await tools.call("describe_rc_image_list"))["Images"]
    assert (shown["ImageName"], shown["Status"], shown["Size"]) == ("golden", "Available", 60), shown


async def main():
    environment = os.environ | {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": PLAIN["access_key_id"],
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": PLAIN["access_key_secret"],
    }
    server = StdioServerParameters(command=sys.executable, args=["mcp_server.py"], env=environment)
    async with stdio_client(server) as (read, write), ClientSession(read, write) as session:
        await session.initialize()
        tools = Tools(session)
        for chapter in [
            see_what_is_there, create_an_instance, change_an_instance, set_parameters, let_people_in, ask_the_database,
            watch,
        ]:
            await chapter(tools)
        await keep_disks(tools, await run_custom_instances(tools))
        names = {it.name for it in (await session.list_tools()).tools}
        assert tools.called == names - OTHERS, tools.called ^ (names - OTHERS)


asyncio.run(main())
