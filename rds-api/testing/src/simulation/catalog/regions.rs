//! Regions, their zones, and the network that the account has in each.

pub(in crate::simulation) struct Region {
    pub(in crate::simulation) id: &'static str,
    pub(in crate::simulation) name: &'static str,
    pub(in crate::simulation) chinese_name: &'static str,
    /// The letters of its zones.
    zones: &'static str,
}

/// When the networks of the account were made.
pub(in crate::simulation) const CREATED: &str = "2020-01-01T00:00:00Z";

const fn region(
    id: &'static str,
    name: &'static str,
    chinese_name: &'static str,
    zones: &'static str,
) -> Region {
    Region { id, name, chinese_name, zones }
}

pub(in crate::simulation) const REGIONS: &[Region] = &[
    region("cn-hangzhou", "China (Hangzhou)", "华东1（杭州）", "bghijk"),
    region("cn-shanghai", "China (Shanghai)", "华东2（上海）", "befglmn"),
    region("cn-beijing", "China (Beijing)", "华北2（北京）", "cefghijkl"),
    region("cn-qingdao", "China (Qingdao)", "华北1（青岛）", "bc"),
    region("cn-zhangjiakou", "China (Zhangjiakou)", "华北3（张家口）", "abc"),
    region("cn-huhehaote", "China (Hohhot)", "华北5（呼和浩特）", "ab"),
    region("cn-shenzhen", "China (Shenzhen)", "华南1（深圳）", "cdef"),
    region("cn-guangzhou", "China (Guangzhou)", "华南3（广州）", "ab"),
    region("cn-chengdu", "China (Chengdu)", "西南1（成都）", "ab"),
    region("cn-hongkong", "China (Hong Kong)", "中国香港", "bcd"),
    region("ap-southeast-1", "Singapore", "新加坡", "abc"),
    region("ap-southeast-3", "Malaysia (Kuala Lumpur)", "马来西亚（吉隆坡）", "ab"),
    region("ap-southeast-5", "Indonesia (Jakarta)", "印度尼西亚（雅加达）", "abc"),
    region("ap-northeast-1", "Japan (Tokyo)", "日本（东京）", "abc"),
    region("eu-central-1", "Germany (Frankfurt)", "德国（法兰克福）", "abc"),
    region("eu-west-1", "UK (London)", "英国（伦敦）", "ab"),
    region("us-east-1", "US (Virginia)", "美国（弗吉尼亚）", "ab"),
    region("us-west-1", "US (Silicon Valley)", "美国（硅谷）", "ab"),
    region("me-east-1", "UAE (Dubai)", "阿联酋（迪拜）", "a"),
];

/// The zones of a region. One that is not known has two.
pub(in crate::simulation) fn zones(region: &str) -> Vec<String> {
    let letters = REGIONS.iter().find(|known| known.id == region).map_or("ab", |known| known.zones);
    // `me-east-1a`, but `cn-hangzhou-b`.
    let dash = if region.ends_with(|it: char| it.is_ascii_digit()) { "" } else { "-" };
    letters.chars().map(|letter| format!("{region}{dash}{letter}")).collect()
}

/// The zone of an instance whose creator leaves the choice to the service.
pub(in crate::simulation) fn first_zone(region: &str) -> String {
    zones(region).swap_remove(0)
}

/// The id of the account's network in a region.
pub(in crate::simulation) fn network(region: &str) -> String {
    format!("vpc-fake-{region}")
}

/// The id of the switch of that network in a zone.
pub(in crate::simulation) fn switch(zone: &str) -> String {
    format!("vsw-fake-{zone}")
}
