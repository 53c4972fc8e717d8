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
