/// What the names of secrets end with, whoever gave them, without case and separators. So a name that a later
/// version of the service has is known already, and `PasswordExpireTime` and `SecretArn` are not taken for secrets.
const ENDINGS: [&str; 9] =
    ["password", "passwd", "pwd", "passphrase", "secret", "secretkey", "privatekey", "apikey", "token"];

/// Names that end so and are no secret: they repeat a call or turn a page, and prove nothing.
const HARMLESS: [&str; 4] = ["clienttoken", "nexttoken", "pagetoken", "continuationtoken"];

/// Whole names: as endings they would be those of error codes, such as `IncompleteSignature`.
const WHOLE: [&str; 3] = ["authorization", "proxyauthorization", "signature"];

/// Whether a name alone says that its value is secret, as `AccountPassword` and `access_key_secret` do.
pub fn is_sensitive_name(name: &str) -> bool {
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
