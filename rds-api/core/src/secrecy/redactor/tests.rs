use serde_json::json;

use super::*;
use crate::secret_scan::spellings;

const NAMES: SensitiveNames = SensitiveNames(&["DownloadLink", "UserData"]);

#[test]
fn values_of_sensitive_names_are_hidden_in_every_form_of_document() {
    for document in [
        r#"{"Password":"hunter2","Name":"shown"}"#,
        r#"{"Password": "hun\"ter2, hunter2}", "Name": "shown"}"#,
        r#"{"Password":{"a":["}hunter2"]},"Name":"shown"}"#,
        r#"{"Password":42421337,"Name":"shown"}"#,
        r#"{"Detail":"{\"AccountPassword\":\"hunter2\"}","Name":"shown"}"#,
        r#"{"shown":"a"b","Password":"hunter2"#,
        r#"{"shown":1,"DownloadLink":"https://hunter2"#,
        "<A><Password>hun&lt;ter2</Password><Name>shown</Name></A>",
        "<A><Password><![CDATA[hunter2]]></Password><Name>shown</Name></A>",
        "<A><Name>shown</Name><Password kind='x'>hunter2",
        "POST /?UserData=hunter2&Name=shown HTTP/1.1",
        "<pre>{&quot;NewPassword&quot;:&quot;hunter2&quot;, &quot;shown&quot;}</pre>",
        "<pre>Password: hunter2 ter2\"<&\n shown</pre>",
        "Authorization: Bearer hunter2 ter2</b>shown",
    ] {
        let shown = Redactor::new(NAMES).excerpt(document.as_bytes(), 0);
        assert!(!shown.contains("ter2") && !shown.contains("42421337"), "{shown}");
        assert!(shown.contains("shown") && shown.contains(MASK), "{shown}");
    }
    let harmless = "<p>The \"Password\" is wrong.</p><Password/><b/>";
    assert_eq!(Redactor::new(NAMES).excerpt(harmless.as_bytes(), 0), harmless);
}

#[test]
fn the_string_to_sign_is_hidden_in_a_body_that_is_broken() {
    for (document, shown) in [
        (
            r#"{"Message":"no: server string to sign is:GET&%2F&Key%3Dvalue"}"#,
            r#"no: server string to sign is:****"}"#,
        ),
        ("<Message>server string to sign is:GET&amp;Key=value</Message>", "to sign is:****</Message>"),
        ("server string to sign is:GET&%2F&Key%3Dva", "to sign is:****"),
        (
            r#"{"server string to sign is:":"no: server string to sign is:GET&%2F&Key%3Dvalue"}"#,
            r#"no: server string to sign is:****"}"#,
        ),
    ] {
        let excerpt = Redactor::new(NAMES).excerpt(document.as_bytes(), 0);
        assert!(excerpt.ends_with(shown), "{excerpt}");
    }
}

#[test]
fn secrets_are_hidden_in_every_spelling() {
    for secret in [
        "p<a\"s ß\\/'",
        "plain",
        "a%41&amp;\\u0041+x",
        "\\\\\\\\",
        "12345678",
        "数😀%25&",
        "%%%%",
        "&lt;&#60;",
    ] {
        let mut secrets = Redactor::new(NAMES);
        secrets.hide(secret);
        secrets.hide("p<a\"");
        secrets.hide("abc");
        for (name, spelling) in spellings(secret) {
            let redacted = secrets.redact(&format!("abc {spelling}."));
            assert_eq!(redacted, format!("abc {MASK}."), "{name} of {secret}: {spelling}");
            assert_eq!(secrets.excerpt(spelling.as_bytes(), 0), MASK, "{name} of {secret}: {spelling}");
        }
    }
}

/// A secret in each spelling of a character alone, all of them or those that need it.
fn spelled(secret: &str) -> Vec<(&'static str, String)> {
    let each = |all: bool, spell: &dyn Fn(char) -> String| {
        let is_plain = |it: char| !all && it.is_ascii_alphanumeric();
        secret.chars().map(|it| if is_plain(it) { it.to_string() } else { spell(it) }).collect::<String>()
    };
    let bytes =
        |it: char, spell: &dyn Fn(u8) -> String| it.to_string().bytes().map(spell).collect::<String>();
    let percent = |it: char| bytes(it, &|byte| format!("%{byte:02x}"));
    let units = |it: char, lead: &str| {
        it.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("{lead}{unit:04X}")).collect::<String>()
    };
    let names = [
        ('!', "excl"),
        ('"', "quot"),
        ('#', "num"),
        ('$', "dollar"),
        ('%', "percnt"),
        ('&', "amp"),
        ('(', "lpar"),
        (')', "rpar"),
        ('*', "ast"),
        ('+', "plus"),
        ('/', "sol"),
        ('<', "lt"),
        ('=', "equals"),
        ('>', "gt"),
        ('@', "commat"),
        ('\\', "bsol"),
        ('^', "Hat"),
        ('_', "lowbar"),
        ('\'', "apos"),
        ('é', "eacute"),
        ('ß', "szlig"),
        ('ö', "ouml"),
        ('-', "hyphen"),
    ];
    let name = |it: char, end: &str| {
        let name =
            names.iter().find(|(known, _)| *known == it).map(|(_, name)| *name).filter(|it| *it != "hyphen");
        name.map_or_else(|| it.to_string(), |name| format!("&{name}{end}"))
    };
    let mut spelled = Vec::new();
    for all in [false, true] {
        spelled.extend([
            (
                "percent of either case",
                each(all, &|it| {
                    bytes(it, &|byte| {
                        if byte % 2 == 0 { format!("%{byte:02X}") } else { format!("%{byte:02x}") }
                    })
                }),
            ),
            (
                "percent of what needs none, twice",
                each(all, &|it| bytes(it, &|byte| format!("%25{byte:02X}"))),
            ),
            (
                "percent of percent and of its digits",
                each(all, &|it| percent(it).bytes().map(|byte| format!("%{byte:02X}")).collect()),
            ),
            ("%u", each(all, &|it| units(it, "%u"))),
            ("%u of another case", each(all, &|it| units(it, "%u").to_lowercase())),
            ("%25u", each(all, &|it| units(it, "%25u"))),
            ("decimal", each(all, &|it| format!("&#{};", u32::from(it)))),
            ("decimal with zeros", each(all, &|it| format!("&#{:010};", u32::from(it)))),
            ("hexadecimal with zeros", each(all, &|it| format!("&#x{:08X};", u32::from(it)))),
            ("hexadecimal with an upper X", each(all, &|it| format!("&#X{:x};", u32::from(it)))),
            ("hexadecimal in a form", each(all, &|it| format!("%26%23x{:x}%3B", u32::from(it)))),
            ("decimal in XML", each(all, &|it| format!("&amp;#{};", u32::from(it)))),
            ("\\x", each(all, &|it| bytes(it, &|byte| format!("\\x{byte:02x}")))),
            ("\\U", each(all, &|it| format!("\\U{:08x}", u32::from(it)))),
            ("\\u{}", each(all, &|it| format!("\\u{{{:x}}}", u32::from(it)))),
        ]);
    }
    spelled.extend([
        ("decimal without an end", each(true, &|it| format!("&#{}", u32::from(it)))),
        ("decimal without an end, partly", each(false, &|it| format!("&#{}", u32::from(it)))),
        ("hexadecimal without an end", each(true, &|it| format!("&#x{:x}", u32::from(it)))),
        ("hexadecimal without an end, partly", each(false, &|it| format!("&#x{:x}", u32::from(it)))),
        ("names", each(true, &|it| name(it, ";"))),
        ("names without an end", each(true, &|it| name(it, ""))),
        ("names in XML", each(true, &|it| name(it, ";").replace('&', "&amp;"))),
    ]);
    spelled
}

const SECRETS: [&str; 6] =
    ["p<a\"s!Word#1'", "hunter-2$@^_*()", "Zq7xKorrectHorse", "12345678", "pässwörd-été", "数据库-😀-key9"];

#[test]
fn every_character_of_a_secret_may_be_spelled_by_itself() {
    for secret in SECRETS {
        let mut secrets = Redactor::new(NAMES);
        secrets.hide(secret);
        for (name, spelling) in spelled(secret) {
            for (before, after) in [("abc ", "."), ("<a>", "</a>"), ("\"", "\""), (" ", " and more")] {
                let redacted = secrets.redact(&format!("{before}{spelling}{after}"));
                assert_eq!(redacted, format!("{before}{MASK}{after}"), "{name} of {secret}: {spelling}");
            }
            let shown = secrets.excerpt(spelling.as_bytes(), 0);
            assert_eq!(shown.trim_end_matches(" …"), MASK, "{name} of {secret}: {spelling}");
        }
    }
}

#[test]
fn what_a_secret_has_become_is_hidden() {
    let hidden = |secret: &str, document: &[u8]| {
        let mut secrets = Redactor::new(NAMES);
        secrets.hide(secret);
        assert_eq!(secrets.excerpt(document, 0), MASK, "{secret}: {}", String::from_utf8_lossy(document));
        let text = String::from_utf8_lossy(document);
        assert_eq!(secrets.redact(&text), MASK, "{secret}: {text}");
    };
    let decomposed = "pa\u{308}sswo\u{308}rd-e\u{301}te\u{301}";
    hidden("pässwörd-été", decomposed.as_bytes());
    hidden(decomposed, "pässwörd-été".as_bytes());
    // UTF-8 that was read as Latin-1, and as what Windows takes for it.
    for secret in SECRETS {
        hidden(secret, secret.bytes().map(char::from).collect::<String>().as_bytes());
    }
    hidden("pässwörd-‘é’", "pÃ¤sswÃ¶rd-â€˜Ã©â€™".as_bytes());
    let latin_1 =
        |text: &str| text.chars().map(|it| u8::try_from(u32::from(it)).unwrap_or(b'?')).collect::<Vec<_>>();
    for secret in ["pässwörd-été", "数据库-key9-数"] {
        // Written in Latin-1, or with a sign for what the encoding did not have.
        hidden(secret, &latin_1(secret));
        hidden(secret, secret.replace(|it: char| !it.is_ascii(), "\u{fffd}").as_bytes());
        hidden(secret, secret.replace(|it: char| !it.is_ascii(), "?").as_bytes());
    }
    for secret in SECRETS {
        for at in 1..secret.len() {
            // A byte that is no text, and characters that nobody sees, within it.
            for odd in [
                &b"\xff"[..],
                b"\xe4",
                b"\x00",
                "\u{fffd}".as_bytes(),
                "\u{200b}".as_bytes(),
                "\u{ad}".as_bytes(),
            ] {
                if secret.is_char_boundary(at) {
                    hidden(secret, &[&secret.as_bytes()[..at], odd, &secret.as_bytes()[at..]].concat());
                }
            }
        }
    }
}

#[test]
fn a_secret_is_hidden_in_what_is_encoded_as_a_whole() {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
    let hex = |bytes: &[u8], upper: bool, between: &str| {
        let digits =
            bytes.iter().map(|byte| if upper { format!("{byte:02X}") } else { format!("{byte:02x}") });
        digits.collect::<Vec<_>>().join(between)
    };
    let mut longer = SECRETS.to_vec();
    let token = "CAIS8gF1q6Ft5B2yfSjIr5Dde0+Nn5Z0hZC/cUr1oXQ6dPpLg6nfpjz2".repeat(4);
    longer.extend([token.as_str(), "abcd"]);
    // Each meets every other sooner or later.
    let mut turn = 0;
    for secret in longer {
        let mut secrets = Redactor::new(NAMES);
        secrets.hide(secret);
        let quoted = serde_json::Value::from(secret).to_string();
        for (before, inner, after) in [
            ("", secret, ""),
            ("a", secret, "zy"),
            ("ab", secret, "z"),
            ("user:", secret, "zyx"),
            ("{\"AccountPassword\":", quoted.as_str(), "}"),
        ] {
            let plain = format!("{before}{inner}{after}");
            let whole = STANDARD.encode(&plain);
            let lines: Vec<_> = whole.as_bytes().chunks(76).map(String::from_utf8_lossy).collect();
            let mut all = vec![
                lines.join("\r\n"),
                STANDARD_NO_PAD.encode(&plain),
                URL_SAFE.encode(&plain),
                URL_SAFE_NO_PAD.encode(&plain),
                hex(plain.as_bytes(), false, ""),
                hex(plain.as_bytes(), true, ""),
                hex(plain.as_bytes(), true, ":"),
                hex(plain.as_bytes(), false, " "),
            ];
            all.extend([
                STANDARD.encode(&all[0]),
                hex(all[1].as_bytes(), false, ""),
                STANDARD.encode(&all[4]),
            ]);
            all.push(whole);
            for encoded in all {
                turn += 1;
                let document = match turn % 6 {
                    0 => encoded.clone(),
                    1 => format!("Basic {encoded}"),
                    2 => format!("key{encoded}"),
                    3 => format!("<a>{encoded}</a>"),
                    4 => serde_json::Value::from(encoded.as_str()).to_string().replace('/', "\\/"),
                    _ => encoded.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D"),
                };
                let shown = secrets.redact(&document);
                // What is left is that of its neighbours.
                let rest = encoded.len() - encoded.len() * inner.len() / plain.len();
                let longest = document.len() - encoded.len() + rest + 30;
                let is_hidden = shown.contains(MASK) && shown.len() <= longest;
                assert!(is_hidden, "{secret} in {document}: {shown}");
            }
        }
    }
}

/// A secret that is hardly one, among much that is like it.
#[test]
fn a_short_secret_hides_nothing_but_itself() {
    let mut random = fastrand::Rng::with_seed(7);
    let mut letters = |alphabet: &[u8], length: usize| -> String {
        (0..length).map(|_| char::from(alphabet[random.usize(..alphabet.len())])).collect()
    };
    let base64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut secrets = Redactor::new(NAMES);
    ["root", "1234", "a数", "数据库", "éa", "Test"].iter().for_each(|secret| secrets.hide(secret));
    let mut texts = vec![letters(base64, 40_000), letters(b"0123456789abcdef", 40_000)];
    texts.push("the quick brown fox jumps over the lazy dog; rm-uf6wjk5, 2024-03-15T08:30:00Z. ???? \u{fffd}\u{fffd}\u{fffd}\u{fffd} ".repeat(200));
    texts
        .iter_mut()
        .for_each(|text| *text = text.replace("1234", "").replace("root", "").replace("Test", ""));
    for text in texts {
        let shown = secrets.redact(&text);
        let masks = shown.matches(MASK).count();
        assert!(masks <= 2 && shown.len() + 30 > text.len(), "{masks} masks in {}", &text[..50]);
    }
}

#[test]
fn what_is_like_a_secret_is_shown() {
    let mut secrets = Redactor::new(NAMES);
    ["secret+1", "%41%42", "\"quoted\""].iter().for_each(|secret| secrets.hide(secret));
    for text in [
        "secret",
        "secret+",
        "secret%201",
        "Secret+1",
        "ABC",
        "%41%4",
        "quoted",
        r"\\\\\",
        r"&#;&;&amp;%%%2%u\u12\\ ",
    ] {
        assert_eq!(secrets.redact(text), text);
    }
}

#[test]
fn the_longest_of_secrets_that_overlap_says_what_is_shown() {
    let mut secrets = Redactor::new(NAMES);
    secrets.hide("correct");
    secrets.hide_as("correct horse", "cor…");
    secrets.hide("horse battery");
    assert_eq!(secrets.redact("a correct b correct horse c"), "a **** b cor… c");
    assert_eq!(secrets.redact("correct horse battery"), "cor…");
    secrets.hide("abc");
    assert_eq!((secrets.whole("abc"), &*secrets.redact("abc")), (MASK, "abc"));
}

#[test]
fn values_of_json_are_hidden_with_all_they_hold() {
    let mut secrets = Redactor::new(NAMES);
    secrets.hide_json(&json!({ "a": ["hunter2", 12345678], "b": true }));
    secrets.hide_members_of(r#"{"Size":7777,"In":"{\"UserData\":{\"x\":\"correct\"}}"}"#);
    let mut body = json!({ "hunter2": 12345678, "b": [true, 7777, "no correct horse"] });
    secrets.redact_json(&mut body);
    assert_eq!(body, json!({ MASK: MASK, "b": [true, 7777, "no **** horse"] }));
}

#[test]
fn an_excerpt_is_a_line_around_its_place_and_cuts_no_secret() {
    let mut secrets = Redactor::new(NAMES);
    secrets.hide("correct-horse");
    let document = format!("{}\n\u{1b}[31mhere\0数{}", "数x".repeat(500), "y".repeat(500));
    let shown = secrets.excerpt(document.as_bytes(), 2000);
    assert!(shown.starts_with("… 数x") && shown.ends_with("yyy …"), "{shown}");
    assert!(shown.contains(" [31mhere 数y"), "{shown}");
    for at in 0..400 {
        let document = format!("{}correct-horse{}", " ".repeat(at), "z".repeat(300));
        for near in [0, at, at + 20, 150] {
            let shown = secrets.excerpt(document.as_bytes(), near);
            assert!(!["corr", "orse", "ct-h"].iter().any(|part| shown.contains(part)), "{at}: {shown}");
        }
    }
    assert_eq!(secrets.excerpt(b"", 7), "");
    assert_eq!(secrets.excerpt(b"\xff\xfe{", 100), "\u{fffd}\u{fffd}{");
}

#[test]
fn no_document_is_too_strange() {
    const PIECES: [&str; 24] = [
        "Password",
        "NewSecret",
        "Name",
        "<",
        ">",
        "</",
        "/>",
        "\"",
        "'",
        "\\",
        ":",
        "=",
        "{",
        "}",
        "[",
        "]",
        ",",
        " ",
        "\n",
        "&quot;",
        "%3D",
        "数",
        "<![CDATA[",
        "hunter2",
    ];
    let mut random = fastrand::Rng::with_seed(7);
    let mut secrets = Redactor::new(NAMES);
    secrets.hide("hunter2");
    for _ in 0..20_000 {
        let mut document = Vec::new();
        for _ in 0..random.usize(..40) {
            document.extend_from_slice(PIECES[random.usize(..PIECES.len())].as_bytes());
            if random.u8(..) == 0 {
                document.push(random.u8(..));
            }
        }
        let shown = secrets.excerpt(&document, random.usize(..300));
        assert!(!shown.contains("hunter2") && shown.lines().count() <= 1, "{shown}");
        // What is cut is found as what is whole.
        let whole = secrets.document(&String::from_utf8_lossy(&document));
        assert!(!whole.contains("hunter2"), "{whole}");
    }
}

/// Where each element was looked for to the end of the document, a body of 400 KB took a minute.
#[test]
fn time_grows_with_a_document_and_not_with_its_square() {
    let mut secrets = Redactor::new(NAMES);
    secrets.hide("correct-horse");
    secrets.hide(r"\\\\%25&amp;");
    secrets.hide(&format!("{}x", r"\\".repeat(12)));
    for piece in [
        "<Password/>",
        "<Password",
        "<Password ",
        "<Password>",
        "Password=\"",
        "Password:",
        "server string to sign is:",
        "\"UserData\":{",
        "%25",
        "\\",
        "&amp;",
        "&",
        "+",
        "correct-hors",
    ] {
        let document = format!("{{\"a\":\"{}\"}}x", piece.repeat(1_000_000 / piece.len()));
        let started = std::time::Instant::now();
        secrets.excerpt(document.as_bytes(), document.len());
        secrets.redact(&document[..50_000]);
        let elapsed = started.elapsed();
        assert!(elapsed.as_secs() < 20, "a megabyte of {piece} took {elapsed:?}");
    }
}

#[test]
fn an_id_of_a_response_is_shown_unless_a_secret_is_in_it() {
    const ID: &str = "1A6D328C-84B8-40DC-BF49-6C73984D7494";
    let shown = |secret: &str, id: &str| {
        let mut redactor = Redactor::default();
        redactor.hide(secret);
        redactor.id(id)
    };
    assert_eq!(shown("hunter2-hunter2", ID), ID);
    assert_eq!(shown(ID, ID), MASK);
    assert_eq!(shown(&ID.to_lowercase(), &ID.to_lowercase()), MASK);
    assert_eq!(shown("BF49", ID), "1A6D328C-84B8-40DC-****-6C73984D7494");
    // Another form than the service's may hold it in any spelling.
    for id in ["hunter2-hunter2", "hunter2%2Dhunter2", "aHVudGVyMi1odW50ZXIy"] {
        assert_eq!(shown("hunter2-hunter2", id), MASK);
    }
}
