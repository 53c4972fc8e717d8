//! The names whose values must not be shown. Which names say by themselves that they are secret, the generator asks too,
//! so it stands in `rds-api-schema`.

use rds_api_schema::is_sensitive_name;

/// The names whose values a service keeps secret, beside those that say so themselves.
#[derive(Debug, Clone, Copy, Default)]
pub struct SensitiveNames(pub &'static [&'static str]);

impl SensitiveNames {
    /// Whether a name alone says that its value must not be shown. Of a dotted name each part counts.
    pub fn contain(self, name: &str) -> bool {
        name.split('.')
            .any(|part| self.0.iter().any(|name| name.eq_ignore_ascii_case(part)) || is_sensitive_name(part))
    }
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
