"""The calls of Terraform's resources on an instance: create, read, change of each attribute, empty plans, delete."""

import json

from services import INSTANCE
from terraform import Gone, REGION, Resource, attribute, call, member, running, token, wait


def the(listed, what):
    """The only one of a list; the provider takes an empty one for what is gone."""
    if not listed:
        raise Gone(what)
    return listed[0]


class Database(Resource):
    """alicloud_db_database"""

    def create(self, it):
        call("CreateDatabase", DBInstanceId=it["instance_id"], DBName=it["name"], CharacterSetName=it["character_set"],
             DBDescription=it["description"])
        running(it["instance_id"])
        return f"{it['instance_id']}:{it['name']}"

    def read(self, name):
        instance, database = name.split(":")
        found = call("DescribeDatabases", DBInstanceId=instance, DBName=database)
        it = the(member(found, "Databases.Database", list), name)
        character_set = member(it, "CharacterSetName", str)
        if member(it, "Engine", str) == "PostgreSQL":
            character_set = ",".join([character_set, member(it, "Collate", str), member(it, "Ctype", str)])
        return {
            "instance_id": member(it, "DBInstanceId", str), "name": member(it, "DBName", str),
            "description": member(it, "DBDescription", str), "character_set": character_set,
            "status": member(it, "DBStatus", str),
        }

    def update(self, name, change):
        instance, database = name.split(":")
        call("ModifyDBDescription", DBInstanceId=instance, DBName=database, DBDescription=change["description"])

    def delete(self, name):
        instance, database = name.split(":")
        running(instance)
        call("DeleteDatabase", DBInstanceId=instance, DBName=database)


class Account(Resource):
    """alicloud_rds_account"""

    def create(self, it):
        running(it["db_instance_id"])
        call("CreateAccount", DBInstanceId=it["db_instance_id"], AccountName=it["account_name"],
             AccountPassword="Correct-Horse1", AccountType=it["account_type"],
             AccountDescription=it["account_description"])
        name = f"{it['db_instance_id']}:{it['account_name']}"
        wait(lambda: self.read(name)["status"], "Available")
        running(it["db_instance_id"])
        return name

    def read(self, name):
        instance, account = name.split(":")
        found = call("DescribeAccounts", DBInstanceId=instance, AccountName=account)
        it = the(member(found, "Accounts.DBInstanceAccount", list), name)
        return {
            "db_instance_id": instance, "account_name": account, "account_type": member(it, "AccountType", str),
            "account_description": member(it, "AccountDescription", str), "status": member(it, "AccountStatus", str),
            "check_policy": member(it, "CheckPolicy", bool),
        }

    def update(self, name, change):
        instance, account = name.split(":")
        own = {"DBInstanceId": instance, "AccountName": account}
        ways = {
            "account_description": lambda it: call("ModifyAccountDescription", **own, AccountDescription=it),
            "check_policy": lambda it: call("ModifyAccountCheckPolicy", **own, CheckPolicy=str(it).lower()),
            "status": lambda it: call("LockAccount" if it == "Lock" else "UnlockAccount", **own),
        }
        for attribute_name, value in change.items():
            ways[attribute_name](value)
        wait(lambda: self.read(name)["status"], change.get("status", "Available"))
        call("ResetAccountPassword", **own, AccountPassword="Correct-Horse2")

    def delete(self, name):
        instance, account = name.split(":")
        call("DeleteAccount", DBInstanceId=instance, AccountName=account)
        wait(lambda: self.imported(name), None)


class Privilege(Resource):
    """alicloud_db_account_privilege"""

    def create(self, it):
        name = f"{it['instance_id']}:{it['account_name']}:{it['privilege']}"
        self.update(name, it)
        return name

    def read(self, name):
        instance, account, privilege = name.split(":")
        found = call("DescribeAccounts", DBInstanceId=instance, AccountName=account)
        it = the(member(found, "Accounts.DBInstanceAccount", list), name)
        privileges = member(it, "DatabasePrivileges.DatabasePrivilege", list)
        names = [pair["DBName"] for pair in privileges if member(pair, "AccountPrivilege", str) == privilege]
        if not names:
            raise Gone(name)
        return {"instance_id": member(it, "DBInstanceId", str), "account_name": member(it, "AccountName", str),
                "privilege": privilege, "db_names": names}

    def granted(self, instance, database):
        """Who may do what in a database, as a database says it."""
        found = call("DescribeDatabases", DBInstanceId=instance, DBName=database)
        it = the(member(found, "Databases.Database", list), database)
        pairs = member(it, "Accounts.AccountPrivilegeInfo", list)
        return {(member(pair, "Account", str), member(pair, "AccountPrivilege", str)) for pair in pairs}

    def update(self, name, change):
        instance, account, privilege = name.split(":")
        kept = (self.imported(name) or {"db_names": []})["db_names"]
        for database in set(kept) - set(change["db_names"]):
            call("RevokeAccountPrivilege", DBInstanceId=instance, AccountName=account, DBName=database)
            wait(lambda: (account, privilege) in self.granted(instance, database), False)
        for database in set(change["db_names"]) - set(kept):
            call("GrantAccountPrivilege", DBInstanceId=instance, AccountName=account, DBName=database,
                 AccountPrivilege=privilege)
            wait(lambda: (account, privilege) in self.granted(instance, database), True)

    def delete(self, name):
        self.update(name, {"db_names": []})


class BackupPolicy(Resource):
    """alicloud_db_backup_policy"""

    def create(self, it):
        self.update(it["instance_id"], it)
        return it["instance_id"]

    def read(self, instance):
        it = call("DescribeBackupPolicy", DBInstanceId=instance)
        assert type(member(it, "EnableIncrementDataBackup")) is bool
        numbers = {
            "backup_retention_period": "BackupRetentionPeriod", "log_backup_retention_period": "LogBackupRetentionPeriod",
            "local_log_retention_hours": "LocalLogRetentionHours", "local_log_retention_space": "LocalLogRetentionSpace",
            "archive_backup_retention_period": "ArchiveBackupRetentionPeriod",
            "archive_backup_keep_count": "ArchiveBackupKeepCount",
        }
        texts = {
            "preferred_backup_time": "PreferredBackupTime", "released_keep_policy": "ReleasedKeepPolicy",
            "category": "Category", "high_space_usage_protection": "HighSpaceUsageProtection",
            "backup_interval": "BackupInterval", "log_backup_frequency": "LogBackupFrequency",
            "compress_type": "CompressType", "archive_backup_keep_policy": "ArchiveBackupKeepPolicy",
        }
        return {
            "instance_id": instance, "preferred_backup_period": member(it, "PreferredBackupPeriod", str).split(","),
            "enable_backup_log": member(it, "EnableBackupLog", str) == "1", "log_backup": it["BackupLog"] == "Enable",
            "log_backup_local_retention_number": member(it, "LogBackupLocalRetentionNumber", int),
        } | {name: int(member(it, path)) for name, path in numbers.items()} | {
            name: member(it, path, str) for name, path in texts.items()}

    def update(self, instance, change):
        running(instance)
        it = (self.imported(instance) or {}) | change
        common = {"DBInstanceId": instance, "CompressType": it["compress_type"]}
        call("ModifyBackupPolicy", **common, PreferredBackupPeriod=",".join(it["preferred_backup_period"]),
             PreferredBackupTime=it["preferred_backup_time"], BackupRetentionPeriod=str(it["backup_retention_period"]),
             BackupPolicyMode="DataBackupPolicy", ReleasedKeepPolicy=it["released_keep_policy"], Category=it["category"],
             BackupInterval=it["backup_interval"])
        call("ModifyBackupPolicy", **common, EnableBackupLog="1" if it["enable_backup_log"] else "0",
             LocalLogRetentionHours=str(it["local_log_retention_hours"]),
             LocalLogRetentionSpace=str(it["local_log_retention_space"]),
             HighSpaceUsageProtection=it["high_space_usage_protection"], BackupPolicyMode="LogBackupPolicy",
             LogBackupRetentionPeriod=str(it["log_backup_retention_period"]),
             LogBackupLocalRetentionNumber=it["log_backup_local_retention_number"])

    def delete(self, instance):
        call("ModifyBackupPolicy", DBInstanceId=instance, PreferredBackupPeriod="Tuesday,Thursday,Saturday",
             BackupRetentionPeriod="7", PreferredBackupTime="02:00Z-03:00Z", EnableBackupLog="1",
             LogBackupRetentionPeriod="7")
        running(instance)


class Connection(Resource):
    """alicloud_db_connection"""

    def create(self, it):
        call("AllocateInstancePublicConnection", DBInstanceId=it["instance_id"],
             ConnectionStringPrefix=it["connection_prefix"], Port=it["port"])
        name = f"{it['instance_id']}:{it['connection_prefix']}"
        self.read(name)
        running(it["instance_id"])
        return name

    def read(self, name):
        instance, prefix = name.split(":")
        found = member(call("DescribeDBInstanceNetInfo", DBInstanceId=instance), "DBInstanceNetInfos.DBInstanceNetInfo", list)
        it = the([it for it in found if member(it, "ConnectionString", str).startswith(prefix)], name)
        return {"instance_id": instance, "connection_prefix": prefix, "port": member(it, "Port", str),
                "connection_string": it["ConnectionString"], "ip_address": member(it, "IPAddress", str)}

    def update(self, name, change):
        instance, prefix = name.split(":")
        call("ModifyDBInstanceConnectionString", DBInstanceId=instance, ConnectionStringPrefix=prefix, Port=change["port"],
             CurrentConnectionString=self.read(name)["connection_string"])
        running(instance)

    def delete(self, name):
        instance, _ = name.split(":")
        call("ReleaseInstancePublicConnection", DBInstanceId=instance,
             CurrentConnectionString=self.read(name)["connection_string"])
        wait(lambda: self.imported(name), None)
        running(instance)


class ReadOnly(Resource):
    """alicloud_db_readonly_instance"""

    def create(self, it):
        created = call(
            "CreateReadOnlyDBInstance", DBInstanceId=it["master_db_instance_id"], EngineVersion=it["engine_version"],
            DBInstanceStorage=it["instance_storage"], DBInstanceClass=it["instance_type"], ZoneId=it["zone_id"],
            DBInstanceDescription=it["instance_name"], VSwitchId=it["vswitch_id"], VPCId="vpc-1",
            InstanceNetworkType="VPC", SecurityIPList=",".join(it["security_ips"]), PayType=it["instance_charge_type"],
            DBInstanceStorageType=it["db_instance_storage_type"], ClientToken=token())
        instance = member(created, "DBInstanceId", str)
        wait(lambda: attribute(instance)["DBInstanceStatus"], "Running", "Creating")
        # The contract of what creates it has no whitelist, so the provider sets it afterwards.
        self.update(instance, {"security_ips": it["security_ips"]})
        # It is one of the instance that it reads.
        listed = member(attribute(it["master_db_instance_id"]), "ReadOnlyDBInstanceIds.ReadOnlyDBInstanceId", list)
        assert instance in [one["DBInstanceId"] for one in listed], listed
        return instance

    def read(self, instance):
        it = attribute(instance)
        arrays = member(call("DescribeDBInstanceIPArrayList", DBInstanceId=instance), "Items.DBInstanceIPArray", list)
        ssl = call("DescribeDBInstanceSSL", DBInstanceId=instance)
        members = {
            "engine": "Engine", "engine_version": "EngineVersion", "master_db_instance_id": "MasterInstanceId",
            "instance_type": "DBInstanceClass", "port": "Port", "zone_id": "ZoneId", "vswitch_id": "VSwitchId",
            "connection_string": "ConnectionString", "instance_name": "DBInstanceDescription",
            "resource_group_id": "ResourceGroupId", "target_minor_version": "CurrentKernelVersion",
            "instance_charge_type": "PayType", "db_instance_storage_type": "DBInstanceStorageType",
            "db_instance_type": "DBInstanceType",
        }
        secrets = ["CAType", "ServerCert", "ServerKey", "ClientCACert", "ClientCertRevocationList", "ACL", "ReplicationACL"]
        assert all(member(ssl, name, str) is not None for name in secrets)
        return {name: member(it, path, str) for name, path in members.items()} | {
            "instance_storage": member(it, "DBInstanceStorage", int),
            "deletion_protection": member(it, "DeletionProtection", bool),
            "security_ips": [ip for array in arrays if array["DBInstanceIPArrayName"] == "default"
                             for ip in member(array, "SecurityIPList", str).split(",")],
        }

    def update(self, instance, change):
        own = {"DBInstanceId": instance}
        ways = {
            "instance_name": lambda it: call("ModifyDBInstanceDescription", **own, DBInstanceDescription=it),
            "instance_storage": lambda it: call(
                "ModifyDBInstanceSpec", **own, DBInstanceStorage=it, PayType="Postpaid", Direction="UP"),
            "security_ips": lambda it: call("ModifySecurityIps", **own, SecurityIps=",".join(it)),
            "deletion_protection": lambda it: call(
                "ModifyDBInstanceDeletionProtection", **own, DeletionProtection=str(it).lower()),
        }
        for name, value in change.items():
            ways[name](value)
        running(instance)

    def delete(self, instance):
        call("DeleteDBInstance", DBInstanceId=instance)
        wait(lambda: (self.imported(instance) or {}).get("engine"), None)


class ParameterGroup(Resource):
    """alicloud_rds_parameter_group"""

    def create(self, it):
        created = call(
            "CreateParameterGroup", Engine=it["engine"], EngineVersion=it["engine_version"],
            Parameters=json.dumps(it["param_detail"]), ParameterGroupName=it["parameter_group_name"],
            ParameterGroupDesc=it["parameter_group_desc"])
        return member(created, "ParameterGroupId", str)

    def read(self, group):
        listed = call("DescribeParameterGroup", ParameterGroupId=group)
        it = the(member(listed, "ParamGroup.ParameterGroup", list), group)
        assert member(it, "ParameterGroupId", str) == group
        details = member(it, "ParamDetail.ParameterDetail", list)
        return {
            "engine": member(it, "Engine", str), "engine_version": member(it, "EngineVersion", str),
            "param_detail": {member(pair, "ParamName", str): member(pair, "ParamValue", str) for pair in details},
            "parameter_group_desc": member(it, "ParameterGroupDesc", str),
            "parameter_group_name": member(it, "ParameterGroupName", str),
        }

    def update(self, group, change):
        names = {"parameter_group_desc": "ParameterGroupDesc", "parameter_group_name": "ParameterGroupName",
                 "param_detail": "Parameters"}
        values = {names[name]: json.dumps(value) if name == "param_detail" else value for name, value in change.items()}
        call("ModifyParameterGroup", ParameterGroupId=group, **values)

    def delete(self, group):
        call("DeleteParameterGroup", ParameterGroupId=group)


class Proxy(Resource):
    """alicloud_rds_db_proxy"""

    TYPES = {"2": "exclusive", "3": "common"}

    def create(self, it):
        call("ModifyDBProxy", DBInstanceId=it["instance_id"], ConfigDBProxyService="Startup",
             DBProxyInstanceNum=it["db_proxy_instance_num"], InstanceNetworkType=it["instance_network_type"],
             VPCId=it["vpc_id"], VSwitchId=it["vswitch_id"], DBProxyInstanceType=it["db_proxy_instance_type"])
        self.settle(it["instance_id"])
        return it["instance_id"]

    def settle(self, instance):
        wait(lambda: str(call("DescribeDBProxy", DBInstanceId=instance).get("DBProxyInstanceStatus")), "Running")

    def read(self, instance):
        proxy = call("DescribeDBProxy", DBInstanceId=instance)
        items = member(proxy, "DBProxyConnectStringItems.DBProxyConnectStringItems", list)
        inner = the([it for it in items if it["DBProxyConnectStringNetType"] == "InnerString"], instance)
        endpoint = call("DescribeDBProxyEndpoint", DBInstanceId=instance)
        weights = json.loads(member(endpoint, "ReadOnlyInstanceWeight", str))
        certificates = member(call("GetDbProxyInstanceSsl", DBInstanceId=instance),
                              "DbProxyCertListItems.DbProxyCertListItems", list)
        return {
            "instance_id": instance, "instance_network_type": "VPC",
            "db_proxy_instance_type": self.TYPES.get(member(proxy, "DBProxyInstanceType", str)),
            "db_proxy_instance_num": int(member(proxy, "DBProxyInstanceNum", int)),
            "vpc_id": member(inner, "DBProxyVpcId", str), "vswitch_id": member(inner, "DBProxyVswitchId", str),
            "db_proxy_endpoint_id": member(endpoint, "DBProxyEndpointId", str),
            "db_proxy_connection_prefix": member(endpoint, "DBProxyConnectString", str).split(".")[0],
            "db_proxy_connect_string_port": int(member(endpoint, "DBProxyConnectStringPort", str)),
            "db_proxy_endpoint_aliases": member(endpoint, "DbProxyEndpointAliases", str),
            "db_proxy_endpoint_read_write_mode": member(endpoint, "DbProxyEndpointReadWriteMode", str),
            "read_only_instance_distribution_type": member(endpoint, "ReadOnlyInstanceDistributionType", str),
            "read_only_instance_max_delay_time": int(member(endpoint, "ReadOnlyInstanceMaxDelayTime", str)),
            "read_only_instance_weight": {member(it, "DBInstanceId", str): str(it["Weight"]) for it in weights},
            "ssl": [member(it, "SslExpiredTime", str)[:2] for it in certificates],
        }

    def update(self, instance, change):
        endpoint = self.read(instance)
        own = {"DBInstanceId": instance, "DBProxyEndpointId": endpoint["db_proxy_endpoint_id"]}
        address = {"db_proxy_connection_prefix": "DBProxyNewConnectString",
                   "db_proxy_connect_string_port": "DBProxyNewConnectStringPort"}
        split = {"db_proxy_endpoint_read_write_mode": "DbEndpointReadWriteMode",
                 "read_only_instance_max_delay_time": "ReadOnlyInstanceMaxDelayTime",
                 "read_only_instance_distribution_type": "ReadOnlyInstanceDistributionType",
                 "read_only_instance_weight": "ReadOnlyInstanceWeight"}
        of = lambda names: {names[it]: json.dumps(value) if type(value) is dict else value
                            for it, value in change.items() if it in names}
        if of(address):
            call("ModifyDBProxyEndpointAddress", **own, DBProxyConnectStringNetType="VPC", **of(address))
        if "db_proxy_instance_num" in change:
            call("ModifyDBProxyInstance", **own, DBProxyInstanceNum=change["db_proxy_instance_num"],
                 DBProxyInstanceType=endpoint["db_proxy_instance_type"])
        if of(split):
            call("ModifyDBProxyEndpoint", **own, DbEndpointAliases=endpoint["db_proxy_endpoint_aliases"], **of(split))
        if "ssl" in change:
            address = call("DescribeDBProxyEndpoint", DBInstanceId=instance)["DBProxyConnectString"]
            call("ModifyDbProxyInstanceSsl", **own, DbProxySslEnabled=int(bool(change["ssl"])), DbProxyConnectString=address)
        running(instance)
        self.settle(instance)

    def delete(self, instance):
        call("ModifyDBProxy", DBInstanceId=instance, ConfigDBProxyService="Shutdown")
        running(instance)


def upgrade(instance, version):
    """alicloud_rds_upgrade_db_instance: a new instance of a later version, of one of PostgreSQL."""
    task = call("UpgradeDBInstanceMajorVersionPrecheck", DBInstanceId=instance, TargetMajorVersion=version)["TaskId"]

    def result():
        listed = call("DescribeUpgradeMajorVersionPrecheckTask", DBInstanceId=instance, TaskId=task)
        # Until there is a report, the provider asks again.
        for it in member(listed, "Items", list):
            assert int(member(it, "TaskId")) == int(task)
            return member(it, "Result", str)

    wait(result, "Success")
    made = call("UpgradeDBInstanceMajorVersion", DBInstanceId=instance, TargetMajorVersion=version, PayType="Postpaid",
                DBInstanceClass="pg.n2.2c.2m", DBInstanceStorage=50, InstanceNetworkType="VPC", SwitchOver="false",
                SwitchTimeMode="Immediate", CollectStatMode="After", VPCId="vpc-1", VSwitchId="vsw-1",
                DBInstanceStorageType="cloud_essd", ZoneId=f"{REGION}-h", ZoneIdSlave1=f"{REGION}-i")
    name = member(made, "DBInstanceId", str)
    wait(lambda: attribute(name)["DBInstanceStatus"], "Running", "Creating")
    found = attribute(name)
    assert (found["EngineVersion"], found["DBInstanceStorage"], found["VSwitchId"]) == (version, 50, "vsw-1"), found
    running(instance)
    return name


def instance_of(engine, version, kind):
    """An instance for the others."""
    made = call("CreateDBInstance", Engine=engine, EngineVersion=version, DBInstanceClass=kind, DBInstanceStorage=50,
                DBInstanceNetType="Intranet", PayType="Postpaid", SecurityIPList="127.0.0.1", ClientToken=token())
    running(made["DBInstanceId"])
    return made["DBInstanceId"]


postgres = instance_of("PostgreSQL", "15.0", "pg.n2.2c.2m")

for instance, character_set in [(INSTANCE, "utf8mb4"), (postgres, "UTF8,C,en_US.utf8")]:
    Database().live({
        "instance_id": instance, "name": "shop", "character_set": character_set, "description": "of the shop",
        "status": "Running",
    }, [{"description": "of all shops"}])
Account().live({
    "db_instance_id": INSTANCE, "account_name": "alice", "account_type": "Normal", "account_description": "of the shop",
    "status": "Available",
}, [{"account_description": "of all shops"}])
Account().live({
    "db_instance_id": postgres, "account_name": "alice", "account_type": "Normal", "account_description": "of the shop",
    "status": "Available", "check_policy": False,
}, [{"check_policy": True}, {"status": "Lock"}, {"status": "Available"}])

database = Database().create({"instance_id": INSTANCE, "name": "shop", "character_set": "utf8", "description": ""})
account = Account().create({
    "db_instance_id": INSTANCE, "account_name": "bob", "account_type": "Normal", "account_description": ""})
for privilege in ["ReadOnly", "ReadWrite", "DDLOnly", "DMLOnly"]:
    Privilege().live({
        "instance_id": INSTANCE, "account_name": "bob", "privilege": privilege, "db_names": ["orders"],
    }, [{"db_names": ["orders", "shop"]}, {"db_names": ["shop"]}])

POLICY = {
    "preferred_backup_period": ["Monday", "Friday"], "preferred_backup_time": "10:00Z-11:00Z",
    "backup_retention_period": 10, "enable_backup_log": True, "log_backup": True, "log_backup_retention_period": 8,
    "local_log_retention_hours": 24, "local_log_retention_space": 40, "high_space_usage_protection": "Enable",
    "log_backup_local_retention_number": 70, "released_keep_policy": "Lastest", "category": "Standard",
    "compress_type": "1", "backup_interval": "30",
}
# A policy cannot be deleted: to destroy it is to make it that of a new instance.
policy, fresh = BackupPolicy(), BackupPolicy().read(INSTANCE)
policy.create(POLICY | {"instance_id": INSTANCE})
wanted = POLICY
for change in [
    {}, {"preferred_backup_period": ["Tuesday", "Sunday"]}, {"preferred_backup_time": "20:00Z-21:00Z"},
    {"backup_retention_period": 900}, {"log_backup_retention_period": 9}, {"local_log_retention_hours": 48},
    {"local_log_retention_space": 35}, {"high_space_usage_protection": "Disable"}, {"released_keep_policy": "All"},
    {"log_backup_local_retention_number": 6}, {"category": "Flash"}, {"backup_interval": "60"},
]:
    policy.update(INSTANCE, change)
    wanted = wanted | change
    assert not policy.plan(INSTANCE, wanted), (change, policy.plan(INSTANCE, wanted))
policy.delete(INSTANCE)
destroyed = {"preferred_backup_period": ["Tuesday", "Thursday", "Saturday"], "preferred_backup_time": "02:00Z-03:00Z",
             "backup_retention_period": 7, "log_backup_retention_period": 7, "enable_backup_log": True}
assert not policy.plan(INSTANCE, destroyed), policy.plan(INSTANCE, destroyed)

Connection().live({
    "instance_id": INSTANCE, "connection_prefix": "shop-terraform", "port": "3306",
    "connection_string": "shop-terraform.mysql.rds.aliyuncs.com",
}, [{"port": "3333"}])

READ_ONLY = {
    "master_db_instance_id": INSTANCE, "engine": "MySQL", "engine_version": "8.0", "instance_type": "mysqlro.n2.medium.1c",
    "instance_storage": 100, "zone_id": f"{REGION}-h", "vswitch_id": "vsw-1", "instance_name": "reader",
    "security_ips": ["10.0.0.0/8"], "instance_charge_type": "Postpaid", "db_instance_storage_type": "cloud_essd",
    "deletion_protection": False, "db_instance_type": "Readonly", "port": "3306",
}
ReadOnly().live(READ_ONLY, [
    {"instance_name": "second reader"}, {"instance_storage": 200}, {"security_ips": ["10.0.0.0/8", "192.168.0.0/16"]},
    {"deletion_protection": True}, {"deletion_protection": False},
])

for engine, version, first, second in [
    ("mysql", "8.0", {"back_log": "4000", "wait_timeout": "86460"}, {"wait_timeout": "86461"}),
    ("PostgreSQL", "15.0", {"log_connections": "on"}, {"log_connections": "off", "work_mem": "8192"}),
]:
    ParameterGroup().live({
        "engine": engine, "engine_version": version, "param_detail": first, "parameter_group_desc": "of shops",
        "parameter_group_name": "terraform",
    }, [{"param_detail": second}, {"parameter_group_desc": "of all shops"}, {"parameter_group_name": "terraform_2"}])

reader = ReadOnly().create(READ_ONLY)
PROXY = {
    "instance_id": INSTANCE, "instance_network_type": "VPC", "vpc_id": "vpc-1", "vswitch_id": "vsw-1",
    "db_proxy_instance_num": 2, "db_proxy_instance_type": "exclusive",
}
Proxy().live(PROXY, [
    {"db_proxy_connection_prefix": "shop-proxy", "db_proxy_connect_string_port": 3308}, {"db_proxy_instance_num": 3},
    {"db_proxy_endpoint_read_write_mode": "ReadOnly"},
    {"db_proxy_endpoint_read_write_mode": "ReadWrite"}, {"read_only_instance_max_delay_time": 60},
    {"read_only_instance_distribution_type": "Custom", "read_only_instance_weight": {INSTANCE: "100", reader: "500"}},
    {"read_only_instance_distribution_type": "Standard", "read_only_instance_weight": {INSTANCE: "400", reader: "400"}},
    {"ssl": ["20"]}, {"ssl": []},
])
ReadOnly().delete(reader)

upgraded = upgrade(postgres, "16.0")
for made in [upgraded, postgres]:
    ReadOnly().delete(made)
assert attribute(INSTANCE)["DBInstanceStatus"] == "Running"
