//! What a profile says, and what variables say where it says nothing.

use std::path::PathBuf;

use super::config_file::Profile;
use crate::credentials::Environment;
use crate::credentials::source_text::{self, Form};
use crate::error::Result;

/// The variables that name the profile, in the order of the aliyun tool.
pub(super) const NAMES_PROFILE: [&str; 3] = ["ALIBABACLOUD_PROFILE", SHARED_NAME, "ALICLOUD_PROFILE"];

/// The one of these that the SDKs know, also for their own file.
pub(super) const SHARED_NAME: &str = "ALIBABA_CLOUD_PROFILE";

/// The variables that have the tool leave its file alone.
const IGNORES_FILE: [&str; 2] = ["ALIBABA_CLOUD_IGNORE_PROFILE", "ALIBABACLOUD_IGNORE_PROFILE"];

/// Keys of a profile that variables stand in for, in the order of the tool.
const VARIABLES: [(&str, &[&str]); 10] = [
    (
        "access_key_id",
        &[
            "ALIBABA_CLOUD_ACCESS_KEY_ID",
            "ALIBABACLOUD_ACCESS_KEY_ID",
            "ALICLOUD_ACCESS_KEY_ID",
            "ACCESS_KEY_ID",
        ],
    ),
    (
        "access_key_secret",
        &[
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
            "ALIBABACLOUD_ACCESS_KEY_SECRET",
            "ALICLOUD_ACCESS_KEY_SECRET",
            "ACCESS_KEY_SECRET",
        ],
    ),
    (
        "sts_token",
        &[
            "ALIBABA_CLOUD_SECURITY_TOKEN",
            "ALIBABACLOUD_SECURITY_TOKEN",
            "ALICLOUD_SECURITY_TOKEN",
            "SECURITY_TOKEN",
        ],
    ),
    (
        "region_id",
        &["ALIBABA_CLOUD_REGION_ID", "ALIBABACLOUD_REGION_ID", "ALICLOUD_REGION_ID", "REGION_ID", "REGION"],
    ),
    ("sts_endpoint", &["ALIBABA_CLOUD_STS_ENDPOINT"]),
    ("credentials_uri", &["ALIBABA_CLOUD_CREDENTIALS_URI"]),
    ("oidc_provider_arn", &["ALIBABACLOUD_OIDC_PROVIDER_ARN", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN"]),
    ("oidc_token_file", &["ALIBABACLOUD_OIDC_TOKEN_FILE", "ALIBABA_CLOUD_OIDC_TOKEN_FILE"]),
    ("ram_role_arn", &["ALIBABACLOUD_ROLE_ARN", "ALIBABA_CLOUD_ROLE_ARN"]),
    ("external_id", &["ALIBABACLOUD_EXTERNAL_ID", "ALIBABA_CLOUD_EXTERNAL_ID"]),
];

/// Whether the environment says that there is no file.
pub(super) fn file_is_ignored(environment: &Environment) -> Result<bool> {
    Ok(environment.first(&IGNORES_FILE)?.is_some_and(|(_, value)| value == "TRUE"))
}

/// A profile in its environment.
#[derive(Clone, Copy)]
pub(super) struct ProfileSettings<'f> {
    pub(super) profile: Profile<'f>,
    pub(super) environment: &'f Environment,
}

impl ProfileSettings<'_> {
    /// The text of a key, or of the first variable that is set in its place.
    pub(super) fn optional(&self, key: &str) -> Result<Option<String>> {
        match self.profile.optional(key)? {
            Some(text) => Ok(Some(text.to_owned())),
            None => self.of_variable(key),
        }
    }

    fn of_variable(&self, key: &str) -> Result<Option<String>> {
        let variables =
            VARIABLES.iter().find(|(name, _)| *name == key).map_or(&[][..], |(_, variables)| variables);
        Ok(self.environment.first(variables)?.map(|(_, value)| value))
    }

    pub(super) fn required(&self, key: &str) -> Result<String> {
        self.optional(key)?.ok_or_else(|| self.profile.error(&format!("`{key}` is missing")))
    }

    /// The same of a value that may have only so much in it.
    pub(super) fn value(&self, key: &str, form: Form) -> Result<String> {
        let text = self.required(key)?;
        let value = source_text::value(&text, form, format!("`{key}`"));
        value.map(str::to_owned).map_err(|error| self.profile.error(&error.to_string()))
    }

    /// The path in a key.
    pub(super) fn path(&self, key: &str) -> Result<PathBuf> {
        Ok(self.value(key, Form::OneLine)?.into())
    }

    /// The token that belongs to the key: that of the variables only to a key of the variables.
    pub(super) fn token_of_key(&self) -> Result<Option<String>> {
        match self.profile.optional("access_key_id")? {
            Some(_) => Ok(self.profile.optional("sts_token")?.map(str::to_owned)),
            None => self.optional("sts_token"),
        }
    }

    /// The mode, which the tool makes out where none is written.
    pub(super) fn mode(&self) -> Result<String> {
        if let Some(mode) = self.profile.optional("mode")? {
            return Ok(mode.to_owned());
        }
        let has = |key: &str| self.optional(key).map(|value| value.is_some());
        let mode = if has("access_key_id")? && has("access_key_secret")? {
            if self.token_of_key()?.is_some() {
                "StsToken"
            } else if has("ram_role_arn")? {
                "RamRoleArn"
            } else {
                "AK"
            }
        } else if has("ram_role_name")? {
            "EcsRamRole"
        } else if has("process_command")? {
            "External"
        } else if has("oidc_provider_arn")? && has("oidc_token_file")? && has("ram_role_arn")? {
            "OIDC"
        } else if has("cloud_sso_sign_in_url")? {
            "CloudSSO"
        } else {
            return Err(self.profile.error("`mode` is missing"));
        };
        Ok(mode.to_owned())
    }

    /// Whether it says nothing of credentials, such as one that was made for its region.
    pub(super) fn says_nothing(&self) -> Result<bool> {
        let has_key =
            self.optional("access_key_id")?.is_some() || self.optional("access_key_secret")?.is_some();
        let is_for_keys = match self.profile.optional("mode")? {
            Some(mode) => mode == "AK" || mode == "StsToken",
            None => self.mode().is_err(),
        };
        Ok(is_for_keys && !has_key)
    }
}
