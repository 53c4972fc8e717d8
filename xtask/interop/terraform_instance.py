"""The calls of Terraform's `alicloud_db_instance`: create, read, change of each attribute, empty plans, delete."""

import json

from terraform import Gone, REGION, Resource, attribute, call, member, running, token, wait


class Instance(Resource):
    def create(self, wanted):
        it = wanted
        created = call(
            "CreateDBInstance", Engine=it["engine"], EngineVersion=it["engine_version"],
            DBInstanceClass=it["instance_type"], DBInstanceStorage=it["instance_storage"], DBInstanceNetType="Intranet",
            DBInstanceDescription="", DBInstanceStorageType=it["db_instance_storage_type"], Category=it["category"],
            ZoneId=it["zone_id"], ZoneIdSlave1=it.get("zone_id_slave_a", ""), VPCId=it["vpc_id"],
            VSwitchId=it["vswitch_id"], InstanceNetworkType="VPC", PayType=it["instance_charge_type"],
            SecurityIPList=",".join(it["security_ips"]), Port=it["port"], ClientToken=token(),
            **({"ServerlessConfig": json.dumps(it["serverless"])} if "serverless" in it else {}))
        instance = member(created, "DBInstanceId", str)
        wait(lambda: attribute(instance)["DBInstanceStatus"], "Running", "Creating")
        return instance

    def read(self, instance):
        it = attribute(instance)
        of = lambda action: call(action, DBInstanceId=instance)
        arrays = member(of("DescribeDBInstanceIPArrayList"), "Items.DBInstanceIPArray", list)
        tags = member(of("DescribeTags"), "Items.TagInfos", list)
        policy, retention = of("DescribeSQLCollectorPolicy"), of("DescribeSQLCollectorRetention")
        addresses = member(of("DescribeDBInstanceNetInfo"), "DBInstanceNetInfos.DBInstanceNetInfo", list)
        [own] = [net for net in addresses if net["IPType"] == "Private"]
        nodes = member(of("DescribeDBInstanceHAConfig"), "HostInstanceInfos.NodeInfo", list)
        [primary] = [member(node, "NodeId", str) for node in nodes if member(node, "NodeType", str) == "Master"]
        zones = member(it, "SlaveZones.SlaveZone", list)
        ssl, tde = of("DescribeDBInstanceSSL"), of("DescribeDBInstanceTDE")
        switch = of("DescribeHASwitchConfig")
        parameters = of("DescribeParameters")
        member(parameters, "ConfigParameters.DBInstanceParameter", list)
        groups = member(of("DescribeSecurityGroupConfiguration"), "Items.EcsSecurityGroupRelation", list)
        linked = member(call("DescribeInstanceLinkedWhitelistTemplate", InsName=instance), "Data.Templates", list)
        member(it, "ServerlessConfig", dict), member(it, "Extra", dict)
        assert member(ssl, "ForceEncryption", str) in {"0", "1"}
        assert member(it, "ConnectionString", str) == member(own, "ConnectionString", str)
        if it["Engine"] == "PostgreSQL":
            member(of("DescribeDBInstanceEncryptionKey"), "EncryptionKey")
            member(of("DescribePGHbaConfig"), "RunningHbaItems.HbaItem", list)
        renewals = []
        if it["PayType"] == "Prepaid":
            renewals = member(of("DescribeInstanceAutoRenewalAttribute"), "Items.Item", list)
        serverless = member(it, "ServerlessConfig", dict)
        return {
            "auto_renew": [(item["AutoRenew"], item["Duration"]) for item in renewals],
            "auto_upgrade_minor_version": member(it, "AutoUpgradeMinorVersion", str),
            "bursting_enabled": member(it, "BurstingEnabled", bool),
            "ca_type": member(ssl, "CAType", str),
            "category": member(it, "Category", str),
            "client_ca_cert": member(ssl, "ClientCACert", str),
            "client_cert_revocation_list": member(ssl, "ClientCertRevocationList", str),
            "cold_data_enabled": member(it, "ColdDataEnabled", bool),
            "connection_string_prefix": it["ConnectionString"].split(".")[0],
            "create_time": member(it, "CreationTime", str),
            "db_instance_storage_type": member(it, "DBInstanceStorageType", str),
            "db_instance_type": member(it, "DBInstanceType", str),
            "db_param_group_id": member(parameters, "ParamGroupInfo.ParamGroupId", str),
            "deletion_protection": member(it, "DeletionProtection", bool),
            "engine": member(it, "Engine", str),
            "engine_version": member(it, "EngineVersion", str),
            "force_encryption": ssl["ForceEncryption"],
            "ha_config": member(switch, "HAConfig", str),
            "instance_charge_type": member(it, "PayType", str).replace("SERVERLESS", "Serverless"),
            "instance_name": member(it, "DBInstanceDescription", str),
            "instance_storage": member(it, "DBInstanceStorage", int),
            "instance_type": member(it, "DBInstanceClass", str),
            "kind": member(it, "kindCode", str),
            "maintain_time": member(it, "MaintainTime", str),
            "manual_ha_time": member(switch, "ManualHATime", str),
            "monitoring_period": int(member(of("DescribeDBInstanceMonitor"), "Period", str)),
            "node_id": primary,
            "optimized_writes": member(it, "OptimizedWritesInfo", str),
            "pg_bouncer_enabled": member(it, "PGBouncerEnabled", str),
            "port": member(it, "Port", str),
            "private_ip_address": member(own, "IPAddress", str),
            "recovery_model": it["Extra"].get("RecoveryModel"),
            "resource_group_id": member(it, "ResourceGroupId", str),
            "security_group_ids": [group["SecurityGroupId"] for group in groups],
            "security_ip_mode": member(it, "SecurityIPMode", str),
            "security_ips": [ip for array in arrays if member(array, "DBInstanceIPArrayName", str) == "default"
                             for ip in member(array, "SecurityIPList", str).split(",")],
            "serverless": {name: serverless.get(member)
                           for name, member in [("MinCapacity", "ScaleMin"), ("MaxCapacity", "ScaleMax"),
                                                ("AutoPause", "AutoPause"), ("SwitchForce", "SwitchForce")]},
            "sql_collector_config_value": int(member(retention, "ConfigValue", str)),
            "sql_collector_status": member(policy, "SQLCollectorStatus", str).replace("Enable", "Enabled"),
            "ssl_enabled": member(ssl, "SSLEnabled", str),
            "ssl_status": member(ssl, "RequireUpdate"),
            "status": member(it, "DBInstanceStatus", str),
            "tags": {member(tag, "TagKey", str): member(tag, "TagValue", str) for tag in tags},
            "target_minor_version": member(it, "CurrentKernelVersion", str),
            "tcp_connection_type": member(of("DescribeHADiagnoseConfig"), "TcpConnectionType", str),
            "tde_databases": [item["DBName"] for item in member(tde, "Databases.Database", list)
                              if item["TDEStatus"] == "Enabled"],
            "tde_status": member(tde, "TDEStatus", str),
            "template_id_list": [member(template, "TemplateId") for template in linked],
            "time_zone": it.get("TimeZone"), "collation": it.get("Collation"),
            "vpc_id": member(it, "VpcId", str),
            "vswitch_id": member(it, "VSwitchId", str),
            "zone_id": member(it, "ZoneId", str),
            **({"zone_id_slave_a": member(zones[0], "ZoneId", str)} if zones else {}),
            **{"parameters." + item["ParameterName"]: item["ParameterValue"]
               for item in member(parameters, "RunningParameters.DBInstanceParameter", list)},
        }

    def update(self, instance, change):
        now = attribute(instance)
        own = {"DBInstanceId": instance}

        def spec(**parameters):
            call("ModifyDBInstanceSpec", **own, PayType=now["PayType"], ClientToken=token(), **parameters)

        def ssl(**parameters):
            call("ModifyDBInstanceSSL", **own, ConnectionString=now["ConnectionString"], **parameters)

        def tags(wanted):
            kept = self.read(instance)["tags"]
            if removed := [key for key in kept if key not in wanted]:
                # This is how the provider writes it.
                call("UnTagResources", ResourceType="INSTANCE", **{"ResourceId.1": instance},
                     **{f"TagKey.{number}": key for number, key in enumerate(removed, 1)})
            named = [it for number, (key, value) in enumerate(wanted.items(), 1)
                     for it in [(f"Tag.{number}.Key", key), (f"Tag.{number}.Value", value)]]
            call("TagResources", ResourceType="INSTANCE", **{"ResourceId.1": instance}, **dict(named))

        def templates(wanted):
            kept = self.read(instance)["template_id_list"]
            for action, ids in [("Attach", set(wanted) - set(kept)), ("Detach", set(kept) - set(wanted))]:
                for it in ids:
                    call(f"{action}WhitelistTemplateToInstance", InsName=instance, TemplateId=it)

        def address(prefix=now["ConnectionString"].split(".")[0], port=now["Port"]):
            call("ModifyDBInstanceConnectionString", **own, CurrentConnectionString=now["ConnectionString"],
                 ConnectionStringPrefix=prefix, Port=port)

        ways = {
            "auto_renew": lambda it: it and call(
                "ModifyInstanceAutoRenewalAttribute", **own, AutoRenew=it[0][0], Duration=str(it[0][1])),
            # Here the provider says an address where the region belongs.
            "auto_upgrade_minor_version": lambda it: call(
                "ModifyDBInstanceAutoUpgradeMinorVersion", **own, RegionId="", AutoUpgradeMinorVersion=it),
            "bursting_enabled": lambda it: spec(BurstingEnabled=str(it).lower()),
            "cold_data_enabled": lambda it: spec(ColdDataEnabled=str(it).lower()),
            "connection_string_prefix": lambda it: address(prefix=it),
            "db_instance_storage_type": lambda it: spec(DBInstanceStorageType=it),
            "db_param_group_id": lambda it: call("ModifyParameter", **own, ParameterGroupId=it, Forcerestart="true"),
            "deletion_protection": lambda it: call(
                "ModifyDBInstanceDeletionProtection", **own, DeletionProtection=str(it).lower()),
            "engine_version": lambda it: call(
                "UpgradeDBInstanceEngineVersion", **own, RegionId="", EngineVersion=it, EffectiveTime="Immediate"),
            "force_encryption": lambda it: "ssl_enabled" in change or ssl(SSLEnabled=1, ForceEncryption=it),
            "ha_config": lambda it: call("ModifyHASwitchConfig", **own, HAConfig=it,
                                         ManualHATime=change.get("manual_ha_time", "")),
            "instance_charge_type": lambda it: call(
                "TransformDBInstancePayType", **own, PayType=it,
                **({"UsedTime": "1", "Period": "Month"} if it == "Prepaid" else {})),
            "instance_name": lambda it: call("ModifyDBInstanceDescription", **own, DBInstanceDescription=it),
            "instance_storage": lambda it: spec(DBInstanceStorage=it),
            "instance_type": lambda it: spec(DBInstanceClass=it),
            "maintain_time": lambda it: call("ModifyDBInstanceMaintainTime", **own, MaintainTime=it),
            "manual_ha_time": lambda it: None,
            "monitoring_period": lambda it: call("ModifyDBInstanceMonitor", **own, Period=str(it)),
            "node_id": lambda it: call("SwitchDBInstanceHA", **own, NodeId=it, Force="", EffectiveTime=""),
            "optimized_writes": lambda it: spec(OptimizedWrites="optimized"),
            "pg_bouncer_enabled": lambda it: call(
                "ModifyDBInstanceConfig", **own, ConfigName="pgbouncer", ConfigValue=it),
            "port": lambda it: address(port=it),
            "recovery_model": lambda it: call(
                "ModifyDBInstanceConfig", **own, ConfigName="backup_recovery_model", ConfigValue=it),
            "resource_group_id": lambda it: call("ModifyResourceGroup", **own, ResourceGroupId=it),
            "security_group_ids": lambda it: call(
                "ModifySecurityGroupConfiguration", **own, SecurityGroupId=",".join(it)),
            "security_ip_mode": lambda it: call("MigrateSecurityIPMode", **own),
            "security_ips": lambda it: call(
                "ModifySecurityIps", **own, SecurityIps=",".join(it), DBInstanceIPArrayName="default", ModifyMode="Cover",
                DBInstanceIPArrayAttribute="", SecurityIPType="", WhitelistNetworkType="", FreshWhiteListReadins=""),
            "serverless": lambda it: spec(
                Category="serverless_basic", Direction="Serverless", ServerlessConfiguration=json.dumps(it)),
            "sql_collector_config_value": lambda it: call(
                "ModifySQLCollectorRetention", **own, ConfigValue=str(it)),
            "sql_collector_status": lambda it: call(
                "ModifySQLCollectorPolicy", **own, SQLCollectorStatus=it.replace("Enabled", "Enable")),
            "ssl_enabled": lambda it: ssl(SSLEnabled=int(it in {"Yes", "on"})),
            "tags": tags,
            "target_minor_version": lambda it: call(
                "UpgradeDBInstanceKernelVersion", **own, UpgradeTime="Immediate", SwitchTime="", TargetMinorVersion=it),
            "tcp_connection_type": lambda it: call("ModifyHADiagnoseConfig", **own, TcpConnectionType=it),
            "tde_databases": lambda it: call(
                "ModifyDBInstanceTDE", **own, TDEStatus="Enabled", DBName=",".join(it)),
            "tde_status": lambda it: call("ModifyDBInstanceTDE", **own, TDEStatus=it, RoleARN="", EncryptionKey=""),
            "template_id_list": templates,
            "time_zone": lambda it: call("ModifyCollationTimeZone", **own, Timezone=it),
            "vswitch_id": lambda it: call(
                "SwitchDBInstanceVpc", **own, VPCId="vpc-2", VSwitchId=it, PrivateIpAddress=change["private_ip_address"]),
        }
        for name, value in change.items():
            if name.startswith("parameters."):
                parameters = json.dumps({name.removeprefix("parameters."): value})
                call("ModifyParameter", **own, Parameters=parameters, Forcerestart="true")
            elif name in ways:
                ways[name](value)
            running(instance)

    def delete(self, instance):
        call("DeleteDBInstance", DBInstanceId=instance, ReleasedKeepPolicy="None")

        def task():
            # What has no such task yet is waited for like one that has.
            tasks = member(call("DescribeTasks", DBInstanceId=instance), "Items.TaskProgressInfo", list)
            return ([it["Status"] for it in tasks if it["TaskAction"] == "DeleteDBInstance"] or ["Pending"])[0]

        def gone():
            try:
                return task()
            except Gone:
                return "gone"

        wait(gone, "gone", "Processing", "Pending", "NoStart", "Failed", "Default")


def template():
    call("ModifyWhitelistTemplate", TemplateName="office", IpWhitelist="10.1.0.0/16")
    templates = call("DescribeAllWhitelistTemplate", MaxRecordsPerPage=1000, PageNumbers=1)
    return next(it["TemplateId"] for it in member(templates, "Data.Templates", list) if it["TemplateName"] == "office")


def parameter_group():
    return call("CreateParameterGroup", Engine="mysql", EngineVersion="8.0", ParameterGroupName="slow_queries",
                Parameters=json.dumps({"long_query_time": "3"}))["ParameterGroupId"]


COMMON = {
    "instance_storage": 50, "db_instance_storage_type": "cloud_essd", "instance_charge_type": "Postpaid",
    "vpc_id": "vpc-1", "vswitch_id": "vsw-1", "zone_id": f"{REGION}-h", "zone_id_slave_a": f"{REGION}-i",
    "category": "HighAvailability", "security_ips": ["10.0.0.0/8"], "status": "Running",
    # What a configuration that does not name them takes for what they are.
    "auto_renew": [], "deletion_protection": False, "force_encryption": "0", "ha_config": "Auto", "instance_name": "",
    "manual_ha_time": "", "client_ca_cert": "", "client_cert_revocation_list": "", "monitoring_period": 300,
    "security_group_ids": [], "security_ip_mode": "normal", "sql_collector_config_value": 30,
    "sql_collector_status": "Disabled", "tags": {}, "tde_status": "Disabled", "template_id_list": [],
}
CHANGES = [
    {"instance_name": "shop"}, {"instance_name": "all shops"},
    {"security_ips": ["10.0.0.0/8", "192.168.0.0/16"]}, {"security_ips": ["10.0.0.0/8"]},
    {"monitoring_period": 60}, {"maintain_time": "05:00Z-06:00Z"}, {"auto_upgrade_minor_version": "Manual"},
    {"deletion_protection": True}, {"deletion_protection": False},
    {"tags": {"team": "shop", "stage": "test"}}, {"tags": {"team": "shops"}},
    {"resource_group_id": "rg-2"}, {"security_group_ids": ["sg-1", "sg-2"]},
    {"ha_config": "Manual", "manual_ha_time": "2030-01-01T00:00:00Z"}, {"ha_config": "Auto", "manual_ha_time": ""},
    {"instance_storage": 100}, {"connection_string_prefix": "terraform-shop"},
    {"vpc_id": "vpc-2", "vswitch_id": "vsw-2", "private_ip_address": "10.0.0.7"},
    {"instance_charge_type": "Prepaid", "auto_renew": [("False", 1)]}, {"auto_renew": [("True", 2)]},
    {"instance_charge_type": "Postpaid", "auto_renew": []},
]

resource = Instance()
[office, group] = [template(), parameter_group()]

MYSQL = COMMON | {
    "engine": "MySQL", "engine_version": "5.7", "instance_type": "mysql.n2.medium.2c", "port": "3306", "ssl_enabled": "No",
}
resource.live(MYSQL, [
    *CHANGES, {"port": "3307"}, {"instance_type": "mysql.n2.large.2c"}, {"engine_version": "8.0"},
    {"parameters.delayed_insert_timeout": "70", "parameters.back_log": "4000"},
    {"db_param_group_id": group, "parameters.long_query_time": "3"},
    {"ssl_enabled": "Yes"}, {"force_encryption": "1"}, {"ssl_enabled": "No", "force_encryption": "0"},
    {"sql_collector_status": "Enabled"}, {"sql_collector_config_value": 180}, {"sql_collector_status": "Disabled"},
    {"tcp_connection_type": "LONG"}, {"template_id_list": [office]}, {"template_id_list": []},
    {"security_ip_mode": "safety"}, {"tde_status": "Enabled"}, {"db_instance_storage_type": "cloud_essd2"},
])
resource.live(COMMON | {
    "engine": "PostgreSQL", "engine_version": "16.0", "instance_type": "pg.n2.2c.2m", "port": "5432", "ssl_enabled": "off",
}, [
    *CHANGES, {"ssl_enabled": "on"}, {"ssl_enabled": "off"}, {"parameters.log_connections": "on"},
    {"pg_bouncer_enabled": "true"}, {"pg_bouncer_enabled": "false"}, {"sql_collector_status": "Enabled"},
])
resource.live(COMMON | {
    "engine": "SQLServer", "engine_version": "2019_ent_ha", "instance_type": "mssql.x4.medium.e2", "port": "1433",
    "ssl_enabled": "No",
}, [
    *CHANGES, {"recovery_model": "Simple"}, {"recovery_model": "Full"}, {"ssl_enabled": "Yes"}, {"time_zone": "Greenwich"},
])
