//! What decodes into what, and how a failure tells its place.
#![allow(clippy::unwrap_used)]

use serde_json::{Value as Json, json};

use crate::object::all_kinds::{AllKinds, Color, Part};

fn decode(json: Json) -> AllKinds {
    let decoded = serde_json::from_str(&json.to_string()).unwrap();
    assert_eq!(decode_response(&json.to_string(), usize::MAX).as_ref(), Ok(&decoded), "{json}");
    decoded
}

fn decode_xml(xml: &str) -> AllKinds {
    try_decode_xml(xml).unwrap()
}

/// Decodes XML, with tags as they are mostly written, and with blanks in them, which are read in another way.
fn try_decode_xml(xml: &str) -> Result<AllKinds, String> {
    let decode = |xml: &str| {
        let mut object = AllKinds::default();
        let context = super::Context::in_xml();
        let decoded = super::object(&mut object, &context, &mut super::Xml::new(xml, &context));
        decoded.map(|()| object).map_err(|error| format!("{context}: {error}"))
    };
    let decoded = decode(xml);
    if !["<!", "<?", "/>", "]>"].iter().any(|other| xml.contains(other)) {
        assert_eq!(decode(&xml.replace('>', " >")), decoded, "{xml}");
    }
    decoded
}

fn failure(json: Json) -> String {
    serde_json::from_str::<AllKinds>(&json.to_string()).unwrap_err().to_string()
}

fn part(id: i64) -> Part {
    Part { id, name: None }
}

/// Decodes as a response is, by both readers. What our own refuses, `serde_json` may still read, but not the other way
/// round.
fn decode_response(json: &str, memory: usize) -> Result<AllKinds, String> {
    let mut object = AllKinds::default();
    let context = super::Context::of_response(memory);
    let decoded = super::object(&mut object, &context, &mut serde_json::Deserializer::from_str(json));
    let decoded = decoded.map(|()| object).map_err(|error| format!("{context}: {error}"));

    let (mut object, context) = (AllKinds::default(), super::Context::of_response(memory));
    let by_own = super::object(&mut object, &context, &mut super::JsonReader::new(json, &context));
    assert_eq!(by_own.ok().map(|()| &object), decoded.as_ref().ok(), "{json}");
    decoded
}

#[test]
fn a_number_that_does_not_fit_an_optional_member_of_a_response_is_no_value() {
    for (member, value) in [
        ("Int32", "2147483648"),
        ("Int32", "-2147483649"),
        ("Int32", "1e300"),
        ("Int32", "\"3040287100\""),
        ("Int32", "\" 99999999999999999999 \""),
        ("int32", "2147483648.5"),
        ("Int64", "18446744073709551615"),
        ("Int64", "9223372036854775808"),
        ("Int64", "\"9223372036854775808\""),
        ("Int64", "-1e19"),
        ("Float", "1e300"),
        ("Float", "\"-1e300\""),
        ("Double", "\"1e999\""),
    ] {
        let json = format!(r#"{{"String":"a","{member}":{value},"Texts":["b"]}}"#);
        let read = decode_response(&json, usize::MAX).unwrap();
        let expected = AllKinds { string: Some("a".into()), texts: vec!["b".into()], ..AllKinds::default() };
        assert_eq!(read, expected, "{json}");
        // Whoever reads what a person wrote wants to be told.
        assert!(serde_json::from_str::<AllKinds>(&json).is_err(), "{json}");
    }
}

#[test]
fn what_would_be_lost_unseen_is_an_error_of_a_response() {
    for (json, path) in [
        (r#"{"Int32":"N/A"}"#, "Int32"),
        (r#"{"Int32":"inf"}"#, "Int32"),
        (r#"{"Double":"NaN"}"#, "Double"),
        (r#"{"Bool":"N/A"}"#, "Bool"),
        (r#"{"Int32":[1,2]}"#, "Int32"),
        (r#"{"Part":"N/A"}"#, "Part"),
        // A list would be shorter, a map smaller, and what is required something else.
        (r#"{"Numbers":{"a":18446744073709551615}}"#, "Numbers.a"),
        (r#"{"Numbers":{"a":"18446744073709551615"}}"#, "Numbers.a"),
        (r#"{"Part":{"Id":18446744073709551615}}"#, "Part.Id"),
        (r#"{"Parts":[{"Id":1},{"Id":"18446744073709551615"}]}"#, "Parts[1].Id"),
    ] {
        let message = decode_response(json, usize::MAX).unwrap_err();
        assert!(message.starts_with(&format!("{path}: ")), "{json}: {message}");
    }
}

#[test]
fn a_response_takes_no_more_memory_than_it_may() {
    for element in [
        r#""Parts":[{}]"#,
        r#""Parts":{"Id":1}"#,
        r#""Parts":{"Other":[{"Id":1}]}"#,
        r#""Parts":{"Unknown":1,"Id":2}"#,
        r#""Parts":"[{},{}]""#,
        r#""Wrapped":{"Part":[{}]}"#,
        r#""Wrapped":{"Part":{"Id":1}}"#,
        r#""Texts":[""]"#,
        r#""Texts":"a""#,
        r#""Jsons":[[]]"#,
        r#""Jsons":[{"a":1}]"#,
        r#""Json":[0]"#,
        r#""Json":{"a":{"b":0}}"#,
        r#""String":[0]"#,
        r#""Numbers":{"a":1}"#,
    ] {
        // Enough for a few of them.
        let json = |count: usize| format!("{{{}}}", vec![element; count].join(","));
        assert!(decode_response(&json(1), 2000).is_ok(), "{element}");
        let message = decode_response(&json(1000), 2000).unwrap_err();
        let is_text = message.contains("invalid value: string");
        assert!(message.contains("far more memory than its text") || is_text, "{element}: {message}");
    }
}

#[test]
fn a_string_takes_any_value_as_its_text() {
    for (value, expected) in [
        (json!("text"), Some("text")),
        (json!(""), Some("")),
        (json!(null), None),
        (json!(476), Some("476")),
        (json!(-1), Some("-1")),
        (json!(u64::MAX), Some("18446744073709551615")),
        (json!(0.5), Some("0.5")),
        (json!(true), Some("true")),
        (json!({"a": [1]}), Some(r#"{"a":[1]}"#)),
        (json!(["a", 1]), Some(r#"["a",1]"#)),
    ] {
        assert_eq!(decode(json!({ "String": value })).string.as_deref(), expected, "{value}");
    }
}

#[test]
fn an_integer_takes_numbers_texts_and_booleans() {
    for (value, expected) in [
        (json!(30), Some(30)),
        (json!("30"), Some(30)),
        (json!(" 30 "), Some(30)),
        (json!("30.0"), Some(30)),
        (json!(30.9), Some(30)),
        (json!(-30.9), Some(-30)),
        (json!(true), Some(1)),
        (json!(false), Some(0)),
        (json!(""), None),
        (json!(null), None),
        (json!(i32::MAX), Some(i32::MAX)),
    ] {
        assert_eq!(decode(json!({ "Int32": value })).int32, expected, "{value}");
    }
    assert_eq!(decode(json!({"Int64": 9_007_199_254_740_993_i64})).int64, Some(9_007_199_254_740_993));
    assert_eq!(decode(json!({"Int64": "9223372036854775807"})).int64, Some(i64::MAX));
    for (value, expected) in [
        (json!(2_147_483_648_i64), "Int32: 2147483648 is out of range"),
        (json!("x1"), r#"Int32: invalid value: string "x1", expected a 32-bit integer"#),
        (json!(1e300), "out of range"),
        (json!([1]), "expected a 32-bit integer"),
    ] {
        let message = failure(json!({ "Int32": value }));
        assert!(message.contains(expected), "{message}");
    }
    assert!(failure(json!({"Int64": u64::MAX})).contains("18446744073709551615 is out of range"));
}

#[test]
fn a_number_takes_numbers_texts_and_booleans() {
    for (value, expected) in [
        (json!(0.5), Some(0.5)),
        (json!(2), Some(2.0)),
        (json!("1.25"), Some(1.25)),
        (json!(true), Some(1.0)),
        (json!(""), None),
        (json!(null), None),
    ] {
        let decoded = decode(json!({ "Double": value, "Float": value }));
        assert_eq!(decoded.double, expected, "{value}");
        assert_eq!(decoded.float.map(f64::from), expected, "{value}");
    }
    for text in ["much", "inf", "NaN", "1e999"] {
        assert!(failure(json!({ "Double": text })).contains("expected a number"), "{text}");
    }
    assert_eq!(decode(json!({"Double": 1e300})).double, Some(1e300));
    assert!(failure(json!({"Float": 1e300})).contains("is out of range"));
    assert!(failure(json!({"Float": "1e300"})).contains("expected a number"));
}

#[test]
fn a_boolean_takes_numbers_and_the_two_words() {
    for (value, expected) in [
        (json!(true), Some(true)),
        (json!("TRUE"), Some(true)),
        (json!("false"), Some(false)),
        (json!("Yes"), Some(true)),
        (json!("off"), Some(false)),
        (json!(1), Some(true)),
        (json!(0), Some(false)),
        (json!(2), Some(true)),
        (json!("1"), Some(true)),
        (json!(""), None),
        (json!(null), None),
    ] {
        assert_eq!(decode(json!({ "Bool": value })).bool, expected, "{value}");
    }
    assert!(failure(json!({"Bool": "perhaps"})).contains("expected a boolean"));
}

#[test]
fn an_enum_keeps_a_value_it_does_not_know() {
    assert_eq!(decode(json!({"Color": "red"})).color, Some(Color::Red));
    assert_eq!(decode(json!({"Color": "mauve"})).color.unwrap().as_str(), "mauve");
    assert_eq!(decode(json!({"Color": 7})).color.unwrap().as_str(), "7");
    assert_eq!(decode(json!({"Color": ["a", 1]})).color.unwrap().as_str(), r#"["a",1]"#);
    assert_eq!(decode(json!({"Color": ""})).color, None);
}

#[test]
fn a_list_is_found_in_every_form_the_service_gives_it() {
    for value in [
        json!({"Part": [{"Id": 1}, {"Id": 2}]}),
        json!([{"Id": 1}, {"Id": 2}]),
        json!({"Part": [{"Id": "1"}, {"Id": "2"}], "Other": 3}),
    ] {
        assert_eq!(decode(json!({ "Wrapped": value })).wrapped, [part(1), part(2)], "{value}");
    }
    for value in [json!({"Part": {"Id": 1}}), json!({"Id": 1})] {
        assert_eq!(decode(json!({ "Wrapped": value })).wrapped, [part(1)], "{value}");
    }
    for value in [json!({"Part": []}), json!([]), json!({}), json!(null), json!(""), json!({"Part": ""})] {
        assert_eq!(decode(json!({ "Wrapped": value })).wrapped, [], "{value}");
    }
    assert_eq!(decode(json!({"Parts": {"Id": 1}})).parts, [part(1)]);
    assert_eq!(decode(json!({"Texts": "alone"})).texts, ["alone"]);
    assert_eq!(decode(json!({"Texts": {"Text": ["a", 2]}})).texts, ["a", "2"]);
    assert_eq!(decode(json!({"Texts": ["a", null, "b"]})).texts, ["a", "b"]);
}

#[test]
fn a_list_is_found_in_a_wrapper_of_any_name() {
    for value in [
        json!({"Other": [{"Id": 1}, {"Id": 2}]}),
        json!({"part": [{"Id": 1}, {"Id": 2}]}),
        json!({"Total": 2, "Other": [{"Id": 1}, {"Id": 2}], "Next": {"Page": 2}}),
        json!({"One": [{"Id": 1}], "Two": [{"Id": 2}]}),
    ] {
        let decoded = decode(json!({ "Parts": value, "Wrapped": value }));
        assert_eq!(decoded.parts, [part(1), part(2)], "{value}");
        assert_eq!(decoded.wrapped, [part(1), part(2)], "{value}");
    }
    for value in [
        json!({"Other": {"Id": 1}}),
        json!({"New": [3], "Id": 1}),
        json!({"New": {"Id": 7}, "Name": null, "Id": 1}),
    ] {
        let decoded = decode(json!({ "Parts": value, "Wrapped": value }));
        assert_eq!((decoded.parts, decoded.wrapped), (vec![part(1)], vec![part(1)]), "{value}");
    }
    for value in [json!({"New": 3}), json!({"Other": []}), json!({"Other": null}), json!({"Other": ""})] {
        let decoded = decode(json!({ "Parts": value, "Wrapped": value, "Texts": {"Other": []} }));
        assert_eq!(decoded, AllKinds::default(), "{value}");
    }
    let late = json!({"Total": 3, "Part": [{"Id": 1}], "Other": [{"Id": 9}]});
    assert_eq!(decode(json!({ "Wrapped": late })).wrapped, [part(1)]);
    assert_eq!(decode(json!({"Texts": {"Total": 2, "Other": ["a", "b"]}})).texts, ["a", "b"]);
    assert_eq!(decode(json!({"Texts": {"Other": "a"}})).texts, ["a"]);
    let maps = json!({"a": 1, "b": [2]});
    for value in [json!([maps]), maps.clone(), json!({"Other": [maps]})] {
        assert_eq!(decode(json!({ "Jsons": value })).jsons, std::slice::from_ref(&maps), "{value}");
    }
    let message = failure(json!({"Parts": {"Other": [{"Id": 1}, {"Id": "one"}]}}));
    assert!(message.starts_with("Parts.Other[1].Id: "), "{message}");
}

#[test]
fn a_name_in_another_case_stands_for_the_member() {
    let decoded = decode(json!({"string": "x", "INT32": 1, "wrapped": {"part": [{"id": 1, "NAME": "n"}]}}));
    let expected = AllKinds {
        string: Some("x".into()),
        int32: Some(1),
        wrapped: vec![Part { id: 1, name: Some("n".into()) }],
        ..AllKinds::default()
    };
    assert_eq!(decoded, expected);
    for both in [r#"{"String": "right", "string": "wrong"}"#, r#"{"string": "wrong", "String": "right"}"#] {
        let decoded: AllKinds = serde_json::from_str(both).unwrap();
        assert_eq!(decoded.string.as_deref(), Some("right"), "{both}");
    }
    assert_eq!(decode_xml("<R><string>x</string></R>").string.as_deref(), Some("x"));
}

#[test]
fn lists_and_objects_are_found_in_texts() {
    let decoded = decode(json!({
        "Part": r#"{"Id": 1}"#, "Parts": r#" [{"Id": 1}, {"Id": 2}]"#, "Wrapped": r#"{"Part": [{"Id": 3}]}"#,
        "Texts": r#"["a", "b"]"#, "Numbers": r#"{"k": "1"}"#, "String": r#"{"a": 1}"#, "Json": "[1]",
    }));
    let expected = AllKinds {
        part: Some(part(1)),
        parts: vec![part(1), part(2)],
        wrapped: vec![part(3)],
        texts: vec!["a".into(), "b".into()],
        numbers: [("k".to_owned(), 1)].into(),
        string: Some(r#"{"a": 1}"#.into()),
        json: Some(json!("[1]")),
        ..AllKinds::default()
    };
    assert_eq!(decoded, expected);
    let elements = json!([r#"{"Id": 1}"#, {"Id": 2}]);
    assert_eq!(decode(json!({ "Parts": elements })).parts, [part(1), part(2)]);
    for text in ["[broken", "{a}", r#"["a"] and more"#] {
        assert_eq!(decode(json!({ "Texts": text })).texts, [text]);
    }
    let message = failure(json!({"Parts": r#"[{"Id": "one"}]"#}));
    assert!(message.starts_with("Parts[0].Id: "), "{message}");
}

#[test]
fn an_object_that_is_not_there_is_none() {
    for value in [json!(null), json!(""), json!([]), json!([null])] {
        assert_eq!(decode(json!({ "Part": value })).part, None, "{value}");
    }
    assert_eq!(decode(json!({"Part": [{"Id": 1}]})).part, Some(part(1)));
    assert!(failure(json!({"Part": [{"Id": 1}, {"Id": 2}]})).contains("expected an object"));
    assert!(failure(json!({"Part": "x"})).contains("Part: invalid value"));
}

#[test]
fn a_map_that_is_not_there_is_empty() {
    for value in [json!(null), json!(""), json!([]), json!({})] {
        assert_eq!(decode(json!({ "Numbers": value })).numbers.len(), 0, "{value}");
    }
    assert_eq!(decode(json!({"Numbers": {"a": 1, "b": null, "c": "", "d": "2"}})).numbers.len(), 2);
}

#[test]
fn something_empty_is_no_value() {
    for value in [json!([]), json!({})] {
        let all = json!({"Bool": value, "Int32": value, "Double": value, "Color": value, "Time": value});
        assert_eq!(decode(all), AllKinds::default(), "{value}");
    }
}

#[test]
fn a_failure_names_its_path() {
    let message = failure(json!({"Wrapped": {"Part": [{"Id": 1}, {"Id": "one"}]}}));
    assert!(message.starts_with("Wrapped.Part[1].Id: "), "{message}");
    let message = failure(json!({"Numbers": {"a": 1, "b": [1]}}));
    assert!(message.starts_with("Numbers.b: "), "{message}");
}

#[test]
fn the_place_of_a_failure_is_that_in_the_whole_document() {
    for members in [
        json!({"Parts": r#"[{"Id": "one"}]"#}),
        json!({"Wrapped": {"Other": [{"Id": "one"}]}}),
        json!({"Parts": {"Another": 1, "Id": "one"}}),
    ] {
        let start = format!("{{\"String\": \"{}\",", "long ".repeat(50));
        let document = format!("{start}{}", &members.to_string()[1..]);
        let error = serde_json::from_str::<AllKinds>(&document).unwrap_err();
        assert!(error.column() > start.len(), "{error}");
        assert_eq!(error.to_string().matches(" at line ").count(), 1, "{error}");
    }
}

#[test]
fn unknown_members_are_read_past() {
    let decoded = decode(json!({"New": {"Deep": [1, {"a": null}]}, "String": "x"}));
    assert_eq!(decoded, AllKinds { string: Some("x".into()), ..AllKinds::default() });
}

#[test]
fn what_decodes_encodes_back() {
    let json = json!({
        "String": "", "Bool": false, "Int32": -1, "Int64": 9_007_199_254_740_993_i64, "Float": 0.1,
        "Double": 1e-9, "Color": "mauve", "Time": "2024-03-15T08:30Z", "Json": {"a": [null, 1.5]},
        "Password": "p", "Part": {"Id": 1, "Name": "n"}, "Parts": [{"Id": 2}], "Wrapped": {"Part": [{"Id": 3}]},
        "Texts": ["a"], "Jsons": [{"a": [1]}], "Numbers": {"k": 1},
    });
    assert_eq!(serde_json::to_value(decode(json.clone())).unwrap(), json);
}

#[test]
fn xml_decodes_into_the_same_types() {
    let xml = "<?xml version='1.0'?><R><String>a &amp; b</String><Int32>3</Int32><Bool>true</Bool><Color>red</Color>\
               <Part><Id>1</Id></Part><Wrapped><Part><Id>2</Id></Part><Part><Id>3</Id><Name>n</Name></Part></Wrapped>\
               <Texts>a</Texts><Texts>b</Texts><Numbers><k>1</k></Numbers><New><Deep/></New></R>";
    let decoded = decode_xml(xml);
    let expected = decode(json!({
        "String": "a & b", "Int32": 3, "Bool": true, "Color": "red", "Part": {"Id": 1},
        "Wrapped": {"Part": [{"Id": 2}, {"Id": 3, "Name": "n"}]}, "Texts": ["a", "b"], "Numbers": {"k": 1},
    }));
    assert_eq!(decoded, expected);
    let empty = decode_xml("<R><String></String><Int32/><Wrapped/><Part></Part><Color/></R>");
    assert_eq!(empty.part.clone().unwrap_or(part(0)), part(0));
    let empty = AllKinds { part: None, ..empty };
    assert_eq!(empty, AllKinds { string: Some(String::new()), ..AllKinds::default() });
}

#[test]
fn every_form_of_xml_says_what_it_says_in_json() {
    for (inside, json) in [
        ("<String>a</String>", json!({"String": "a"})),
        ("<String> a </String>", json!({"String": " a "})),
        ("<String>\r\n \t</String>", json!({"String": ""})),
        ("<String>&lt;&#x41;&#66;&quot;&apos;&gt;</String>", json!({"String": "<AB\"'>"})),
        ("<String>a<![CDATA[ <b> &amp; ]]>c</String>", json!({"String": "a <b> &amp; c"})),
        ("<String>a<!-- b -->c<?d e?>f</String>", json!({"String": "acf"})),
        ("<String a='1' b=\"2\">c</String>", json!({"String": "c"})),
        ("<String>a & &nothing;&#0;</String>", json!({"String": "a & &nothing;\u{fffd}"})),
        ("<String a='1'/>", json!({"String": ""})),
        ("<n:String xmlns:n='x'>a</n:String >", json!({"String": "a"})),
        ("<STRING>a</STRING>", json!({"String": "a"})),
        ("<String>数据</String>", json!({"String": "数据"})),
        ("<String>a\r\nb</String>", json!({"String": "a\nb"})),
        ("between <Int32>3</Int32> and <Bool>True</Bool>", json!({"Int32": 3, "Bool": true})),
        ("<Int32> 3 </Int32><Double>1.5</Double><Int64/>", json!({"Int32": 3, "Double": 1.5})),
        ("<Int32>99999999999</Int32>", json!({})),
        ("<Time>2024-03-15T08:30Z</Time>", json!({"Time": "2024-03-15T08:30Z"})),
        ("<Json>a</Json>", json!({"Json": "a"})),
        ("<Json><a>1</a><b/></Json>", json!({"Json": {"a": "1", "b": {}}})),
        ("<String>a<b>c</b></String>", json!({"String": "a"})),
        ("<Part>text</Part>", json!({"Part": {"Id": 0}})),
        ("<Part> text <Id>1</Id></Part>", json!({"Part": {"Id": 1}})),
        ("<Part>{\"Id\": 1}</Part>", json!({"Part": {"Id": 1}})),
        ("<Parts>text</Parts>", json!({})),
        ("<Parts>[{\"Id\": 1}]</Parts>", json!({"Parts": [{"Id": 1}]})),
        ("<Parts><Part><Id>1</Id></Part><Part/></Parts>", json!({})),
        ("<Parts><Id>1</Id></Parts><Parts><Id>2</Id></Parts>", json!({"Parts": [{"Id": 1}, {"Id": 2}]})),
        (
            "<Wrapped><Part><Id>1</Id></Part> , <Part><Id>2</Id></Part></Wrapped>",
            json!({"Wrapped": [{"Id": 1}, {"Id": 2}]}),
        ),
        ("<Texts>a</Texts><Texts>b</Texts>", json!({"Texts": ["a", "b"]})),
        ("<Texts><Text>a</Text><Text>b</Text></Texts>", json!({"Texts": ["a", "b"]})),
        ("<Jsons>a</Jsons>", json!({"Jsons": ["a"]})),
        ("<Numbers>text</Numbers>", json!({})),
        ("<Numbers><k>1</k><l> 2</l></Numbers>", json!({"Numbers": {"k": 1, "l": 2}})),
        ("<New a='1'>text<Deep><Deeper/></Deep></New><String>a</String>", json!({"String": "a"})),
        ("<New><New></New></New><String>a</String>", json!({"String": "a"})),
    ] {
        let expected = decode(json);
        for (before, after) in
            [("", ""), ("<?xml version='1.0'?>\n<!DOCTYPE R>\n", "\n"), ("<!-- a -->", "<!-- b -->")]
        {
            let document = format!("{before}<R>{inside}</R>{after}");
            assert_eq!(try_decode_xml(&document).as_ref(), Ok(&expected), "{document}");
        }
    }
}

#[test]
fn what_is_no_xml_is_told_where_it_is_noticed() {
    let deep = format!("<R>{}", "<Json>".repeat(200));
    for (document, words) in [
        ("", ": there is no element"),
        ("<!-- a -->", ": there is no element"),
        ("text", "an object"),
        ("<R>", ": the document ends within `R`"),
        ("<R><String>a", "String: the document ends within `String`"),
        ("<R><Part><Id>1</Id>", "Part: the document ends within `Part`"),
        ("<R><New><Deep>", "New: "),
        ("<R><String>a</Text></R>", "String: "),
        ("<R><Int32>many</Int32></R>", "Int32: "),
        ("<R><Part><Id>many</Id></Part></R>", "Part.Id: "),
        (&deep, "more than 128 elements"),
    ] {
        let error = try_decode_xml(document).err();
        assert!(error.as_ref().is_some_and(|error| error.contains(words)), "{document}: {error:?}");
    }
}

#[test]
fn a_number_is_the_same_where_another_crate_has_numbers_of_any_precision() {
    for number in
        ["1.5", "-0.25", "1e3", "1E-7", "18446744073709551616", "-9223372036854775809", "2147483648.0", "0.0"]
    {
        for place in [
            r#""String":#"#,
            r#""Bool":#"#,
            r#""Int32":#"#,
            r#""Int64":#"#,
            r#""Float":#"#,
            r#""Double":#"#,
            r#""Color":#"#,
            r#""Time":#"#,
            r#""Json":#"#,
            r#""Json":{"a":[#,{"b":#}]}"#,
            r#""Part":{"Id":#,"Name":#}"#,
            r#""Parts":[{"Id":#,"Name":#}]"#,
            r#""Texts":[#,"a",#]"#,
            r#""Texts":#"#,
            r#""Jsons":[#,#]"#,
            r#""Numbers":{"k":#}"#,
        ] {
            let with =
                |number: &str| format!(r#"{{"String":"a",{},"Password":"p"}}"#, place.replace('#', number));
            let plain = with(number);
            let object = with(&format!(r#"{{"$serde_json::private::Number":"{number}"}}"#));
            // Places in the text differ.
            let without_place = |error: String| error.split(" at line").next().unwrap_or_default().to_owned();
            let read = |text: &str| decode_response(text, usize::MAX).map_err(without_place);
            assert_eq!(read(&object), read(&plain), "{plain}");
            let strict = |text: &str| {
                serde_json::from_str::<AllKinds>(text).map_err(|error| without_place(error.to_string()))
            };
            assert_eq!(strict(&object), strict(&plain), "{plain}");
        }
    }
}

#[test]
fn the_order_of_an_object_decides_nothing_in_the_next() {
    let elements = [
        json!({ "Id": 1, "Name": "a" }),
        json!({ "Name": "b", "Id": 2 }),
        json!({ "Name": "c" }),
        json!({ "unknown": { "Id": 9 }, "Id": 4, "Name": "d" }),
        json!({ "id": 5, "Name": "e", "Id": 6 }),
        json!({ "NAME": "f", "ID": 7 }),
    ];
    let decode = |json: Json| decode_response(&json.to_string(), usize::MAX).unwrap();
    let alone = |element: &Json| decode(json!({ "Parts": [element] })).parts.remove(0);
    let expected: Vec<Part> = elements.iter().map(alone).collect();
    // Each after each, so that every order is met after every other.
    for first in 0..elements.len() {
        let (mut json, mut parts) = (elements.to_vec(), expected.clone());
        json.rotate_left(first);
        parts.rotate_left(first);
        for _ in 0..2 {
            // What is named otherwise, or is of another type, comes at the same depth.
            let object =
                json!({ "Parts": json.clone(), "String": "s", "Part": json[0], "Wrapped": json.clone() });
            let decoded = decode(object);
            assert_eq!((&decoded.parts, &decoded.wrapped), (&parts, &parts));
            assert_eq!(decoded.part.as_ref(), parts.first());
            json.reverse();
            parts.reverse();
        }
    }
}
