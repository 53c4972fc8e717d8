//! The names whose values must not be shown.

/// The names whose values a service keeps secret, beside those that say so themselves.
#[derive(Debug, Clone, Copy, Default)]
pub struct SensitiveNames(pub &'static [&'static str]);

/// What the names of secrets end with, whoever gave them, without case and separators. So a name that a later
/// version of the service has is known already, and `PasswordExpireTime` and `SecretArn` are not taken for secrets.
const ENDINGS: [&str; 9] =
    ["password", "passwd", "pwd", "passphrase", "secret", "secretkey", "privatekey", "apikey", "token"];

/// Names that end so and are no secret: they repeat a call or turn a page, and prove nothing.
const HARMLESS: [&str; 4] = ["clienttoken", "nexttoken", "pagetoken", "continuationtoken"];

/// Whole names: as endings they would be those of error codes, such as `IncompleteSignature`.
const WHOLE: [&str; 3] = ["authorization", "proxyauthorization", "signature"];

impl SensitiveNames {
    /// Whether a name alone says that its value must not be shown. Of a dotted name each part counts.
    pub fn contain(self, name: &str) -> bool {
        name.split('.')
            .any(|part| self.0.iter().any(|name| name.eq_ignore_ascii_case(part)) || is_telling(part))
    }
}

/// Whether a name says that its value is secret, as `AccountPassword` and `access_key_secret` do.
fn is_telling(name: &str) -> bool {
    let is_whole = |whole: &&str| is_whole(name, whole);
    WHOLE.iter().any(is_whole)
        || (ENDINGS.iter().any(|ending| ends_with(name, ending)) && !HARMLESS.iter().any(is_whole))
}

/// The characters of a name that count, from the last to the first.
fn reversed(name: &str) -> impl Iterator<Item = char> {
    name.chars().rev().filter(|character| !matches!(character, '_' | '-')).map(|it| it.to_ascii_lowercase())
}

fn ends_with(name: &str, ending: &str) -> bool {
    let mut characters = reversed(name);
    ending.chars().rev().all(|expected| characters.next() == Some(expected))
}

fn is_whole(name: &str, whole: &str) -> bool {
    reversed(name).eq(whole.chars().rev())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_say_secret_are_known_and_others_are_not() {
        let names = SensitiveNames(&["DownloadLink", "UserData"]);
        for name in [
            "AccountPassword",
            "accountpassword",
            "Tag.1.Password",
            "Password.1",
            "ldapBindPasswd",
            "RootPwd",
            "NewSecret",
            "AccessKeySecret",
            "access_key_secret",
            "SecurityToken",
            "x-acs-security-token",
            "sts_token",
            "private_key",
            "Authorization",
            "Proxy-Authorization",
            "Signature",
            "DownloadLink",
            "userdata",
        ] {
            assert!(names.contain(name), "{name}");
        }
        for name in [
            "DBInstanceId",
            "PasswordExpireTime",
            "WindowsPasswordName",
            "SecretArn",
            "SecretName",
            "Secrets",
            "NextToken",
            "ClientToken",
            "next_token",
            "SignatureNonce",
            "SignatureMethod",
            "IncompleteSignature",
            "AuthorizationState",
            "AccessKeyId",
            "EncryptionKey",
            "TagKey",
            "UserDataId",
            "",
        ] {
            assert!(!names.contain(name), "{name}");
        }
        assert!(!SensitiveNames::default().contain("UserData"));
    }
}
