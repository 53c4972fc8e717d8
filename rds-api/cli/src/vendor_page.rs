//! The pages of the vendor that an error may lead to. Whoever can put words into a response could lead elsewhere.

use rds_api::transport::reqwest::Url;

/// The domains of the vendor's own pages. What anyone can store files in, such as `aliyuncs.com`, is not among them.
const DOMAINS: [&str; 2] = ["aliyun.com", "alibabacloud.com"];

/// A longer address leads nowhere.
const MAX_LEN: usize = 2_048;

/// The address, if it is that of a page of the vendor: with `https`, without a name or a password in it, and in ASCII.
pub(crate) fn vendor_page(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let host = url.host_str()?;
    let is_below =
        |domain: &&str| host.strip_suffix(*domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    let is_vendors = url.scheme() == "https"
        && url.username().is_empty()
        && url.password().is_none()
        && url.port().is_none()
        && DOMAINS.iter().any(is_below);
    Some(url.to_string()).filter(|shown| is_vendors && shown.len() <= MAX_LEN)
}

#[cfg(test)]
mod tests {
    use super::vendor_page;

    #[test]
    fn only_pages_of_the_vendor_are_led_to() {
        for (address, expected) in [
            ("https://api.aliyun.com/troubleshoot?q=X", "https://api.aliyun.com/troubleshoot?q=X"),
            ("https://next.api.alibabacloud.com/t", "https://next.api.alibabacloud.com/t"),
            ("https://aliyun.com", "https://aliyun.com/"),
            ("HTTPS://API.ALIYUN.COM/", "https://api.aliyun.com/"),
            (
                "https://api.aliyun.com/\u{1b}[2J\u{9b}\u{202e}数",
                "https://api.aliyun.com/%1B[2J%C2%9B%E2%80%AE%E6%95%B0",
            ),
        ] {
            assert_eq!(vendor_page(address).as_deref(), Some(expected), "{address:?}");
        }
        let long = format!("https://api.aliyun.com/{}", "x".repeat(3_000));
        for address in [
            "http://api.aliyun.com/",
            "https://evil.example/",
            "https://evil.example/https://api.aliyun.com/",
            "https://api.aliyun.com@evil.example/",
            "https://api.aliyun.com:pw@evil.example/",
            "https://user@api.aliyun.com/",
            "https://user:pw@api.aliyun.com/",
            "https://@evil.example/",
            "https://api.aliyun.com:8443/",
            "https://api.aliyun.com.evil.example/",
            "https://api.aliyun.com./",
            "https://evilaliyun.com/",
            "https://xn--aliyn-kva.com/",
            "https://alıyun.com/",
            "https://bucket.oss-cn-hangzhou.aliyuncs.com/page.html",
            "https://evil.example\\.aliyun.com/",
            "https://evil.example#.aliyun.com",
            "https:evil.example?.aliyun.com",
            "javascript:alert(1)//aliyun.com",
            "data:text/html,x.aliyun.com",
            "file:///etc/passwd",
            "//api.aliyun.com/",
            "api.aliyun.com",
            "",
            &long,
        ] {
            assert_eq!(vendor_page(address), None, "{address:?}");
        }
    }
}
