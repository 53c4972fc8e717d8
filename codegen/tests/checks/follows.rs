//! What follows a write: held against the operation that follows, key by key.

use super::*;

const TELL: &str = "spec/widgets/TellWidget.yaml";
const MAKE: &str = "spec/widgets/MakeWidget.yaml";

/// An operation that tells how far things are, and one that has nothing to wait for.
const TELLS: &str = "\
summary: Tells how far a widget is.
access: read
waiters:
  ready: {doc: Waits until it is ready., field: State, needs: Name, done: [Ready], timeout: 60}
request:
  WidgetId: {type: string, required: true, doc: Which one.}
  Name: {type: string, doc: What it is called.}
  Count: {type: int64, doc: How many.}
  Small: {type: int32, doc: How many at most., maximum: 100}
  Kinds: {type: list, items: {type: string}, doc: What sort they are.}
  Numbers: {type: list, items: {type: int32}, doc: Which ones.}
  Flag: {type: bool, doc: Whether so.}
  Secret: {type: string, sensitive: true, doc: What nobody may know.}
  Area: {type: string, role: region, doc: Where it is.}
response:
  State: {type: enum, doc: How far it is., values: {Ready: Can be used., Busy: Is being made.}}
";

/// A write that goes on with what follows it, whose keys stand in braces.
fn make(follows: &str) -> String {
    format!(
        "summary: Begins to build one more of them.\naccess: write\nfollows: {{{follows}}}\n\
         request:\n  Name: {{type: string, required: true, doc: What it is called.}}\n  \
         Names: {{type: list, items: {{type: string}}, doc: All names.}}\n  \
         Area: {{type: string, role: region, doc: Where it is.}}\n  \
         Size: {{type: double, doc: How large.}}\n  \
         Kept: {{type: bool, default: true, doc: For later.}}\n  \
         When: {{type: enum, doc: At which moment it begins., values: {{Now: At once., Later: Some time.}}}}\n\
         response:\n  Id: {{type: string, doc: Which one.}}\n  Number: {{type: int64, doc: Which one in all.}}\n  \
         Color: {{type: enum, doc: What it looks like., values: {{Red: Like fire., Blue: Like water.}}}}\n  \
         Key: {{type: string, sensitive: true, doc: What nobody may know.}}\n  \
         Parts: {{type: list, doc: Its parts., items: {{type: object, doc: One., fields: {{PartId: {{type: string, doc: A piece of it.}}}}}}}}\n"
    )
}

const GIVEN: &str = "WidgetId: response.Id, Name: request.Name";

fn with(with: &str) -> String {
    make(&format!("operation: TellWidget, waiter: ready, with: {{{GIVEN}{with}}}"))
}

#[test]
fn what_follows_is_called_with_what_it_can_take() {
    for more in [
        "",
        ", Count: response.Id",
        ", Count: response.Number",
        ", Count: {value: 7}",
        ", Small: {value: 100}",
        ", Kinds: [response.Id]",
        ", Kinds: [request.Names]",
        ", Kinds: [response.Parts.PartId]",
        ", Kinds: [response.Color]",
    ] {
        assert_passes(&[(TELL, TELLS), (MAKE, &with(more))]);
    }
    for name in ["[response.Parts.PartId]", "response.Number", "response.Color", "{value: 5}"] {
        let follows =
            format!("operation: TellWidget, waiter: ready, with: {{WidgetId: response.Id, Name: {name}}}");
        assert_passes(&[(TELL, TELLS), (MAKE, &make(&follows))]);
    }
    for rest in ["unless: {When: [Later]}", "unless: {Kept: [false]}", "initial_delay: 59"] {
        let follows = format!("operation: TellWidget, waiter: ready, with: {{{GIVEN}}}, {rest}");
        assert_passes(&[(TELL, TELLS), (MAKE, &make(&follows))]);
    }
}

#[test]
fn what_cannot_follow_is_told_at_its_place() {
    let given = |with: &str| format!("operation: TellWidget, waiter: ready, with: {{{with}}}");
    let more = |rest: &str| format!("operation: TellWidget, waiter: ready, with: {{{GIVEN}}}, {rest}");
    let cases: &[(String, &[&str])] = &[
        (
            format!("operation: TellWidgets, waiter: ready, with: {{{GIVEN}}}"),
            &["no operation `TellWidgets`", "did you mean `TellWidget`?"],
        ),
        (
            format!("operation: MakeWidget, waiter: ready, with: {{{GIVEN}}}"),
            &["`MakeWidget` changes something", "name an operation that reads"],
        ),
        (
            format!("operation: TellWidget, waiter: redy, with: {{{GIVEN}}}"),
            &["`TellWidget` has no waiter `redy`", "did you mean `ready`?"],
        ),
        (
            format!("operation: ListWidgets, waiter: ready, with: {{{GIVEN}}}"),
            &["`ListWidgets` has no waiter `ready`", "add it to `spec/widgets/ListWidgets.yaml`"],
        ),
        (given("WidgetId: response.Id"), &["nothing gives `Name`", "the waiter `ready` needs it"]),
        (given("Name: request.Name"), &["nothing gives `WidgetId`", "`TellWidget` requires it"]),
        (given(&format!("{GIVEN}, Cont: response.Id")), &["no parameter `Cont`", "did you mean `Count`?"]),
        (given(&format!("{GIVEN}, Area: response.Id")), &["the client fills in `Area`", "remove it"]),
        (given(&format!("{GIVEN}, Secret: response.Id")), &["`Secret` is sensitive"]),
        (given(&format!("{GIVEN}, Flag: response.Id")), &["`Flag` is neither a text nor a whole number"]),
        (given(&format!("{GIVEN}, Kinds: response.Id")), &["`Kinds` takes a list", "brackets"]),
        (given(&format!("{GIVEN}, Numbers: [response.Id]")), &["`Numbers` takes no list of texts"]),
        (given(&format!("{GIVEN}, Count: [response.Id]")), &["`Count` takes no list of texts"]),
        (given(&format!("{GIVEN}, Kinds: [response.Id, response.Id]")), &["a list has one source"]),
        (given(&format!("{GIVEN}, Kinds: {{value: a}}")), &["`Kinds` takes more than one value"]),
        (given(&format!("{GIVEN}, Count: {{value: many}}")), &["`many` is no int64"]),
        (given(&format!("{GIVEN}, Small: {{value: 101}}")), &["`101` is more than 100"]),
        (given(&format!("{GIVEN}, Small: response.Number")), &["`Small` is an int32", "may be larger"]),
        (given(&format!("{GIVEN}, Count: response.Color")), &["`Count` is a number", "never is one"]),
        (given(&format!("{GIVEN}, Count: request.Size")), &["`request.Size` is neither a text nor"]),
        (given(&format!("{GIVEN}, Count: request.Nam")), &["no parameter `Nam`", "did you mean `Name`?"]),
        (
            given(&format!("{GIVEN}, Count: request.Area")),
            &["the client fills in `Area` when the write is sent"],
        ),
        (given(&format!("{GIVEN}, Count: response.Ids")), &["no member of the response `Ids`", "`Id`"]),
        (given(&format!("{GIVEN}, Count: response.Parts.PartId")), &["one for each element of a list"]),
        (given(&format!("{GIVEN}, Kinds: [response.Parts]")), &["neither a text nor a whole number"]),
        (given(&format!("{GIVEN}, Count: answer.Id")), &["neither of the request nor of the response"]),
        (given(&format!("{GIVEN}, Count: response")), &["neither of the request nor of the response"]),
        (given("WidgetId: response.Key, Name: request.Name"), &["`response.Key` is sensitive"]),
        (more("unless: {Wen: [Later]}"), &["no parameter `Wen`", "did you mean `When`?"]),
        (more("unless: {When: [Latter]}"), &["`When` cannot be `Latter`", "did you mean `Later`?"]),
        (more("unless: {Name: [x]}"), &["`Name` is neither an enum nor a boolean"]),
        (more("unless: {Kept: [true]}"), &["`Kept` is `true` unless given, so nothing follows"]),
        (more("initial_delay: 60"), &["gives up after 60 s", "after 60 s"]),
    ];
    for (follows, words) in cases {
        assert_told(&[(TELL, TELLS), (MAKE, &make(follows))], MAKE, 3, words);
    }
}

#[test]
fn nothing_follows_a_read() {
    let reads = with("").replace("access: write", "access: read");
    assert_told(&[(TELL, TELLS), (MAKE, &reads)], MAKE, 3, &["nothing follows an operation that reads"]);
}

#[test]
fn progress_is_told_by_numbers_and_words() {
    let waiter = |rest: &str| {
        format!(
            "waiters:\n  ready: {{doc: Waits for it., field: State, done: [Ready], {rest}}}\n\
             response:\n  State: {{type: string, doc: How far it is.}}\n  Done: {{type: double, doc: How much.}}\n  \
             Text: {{type: string, doc: A word.}}\n  Flag: {{type: bool, doc: Whether so.}}\n"
        )
    };
    for rest in ["percent: Done", "percent: Text", "phase: Text", "percent: Done, phase: State"] {
        assert_operation_passes(&waiter(rest));
    }
    for (rest, words) in [
        ("percent: Flag", "`Flag` has no number"),
        ("percent: Dun", "no member of the response `Dun`"),
        ("phase: Done", "`Done` has no words"),
        ("phase: Flag", "`Flag` has no words"),
    ] {
        assert_told_in_operation(&waiter(rest), 2, &[words]);
    }
}

#[test]
fn what_excepts_a_write_is_some_of_the_values_each_once() {
    for (values, words) in [
        ("[]", "no value of `When` is listed here"),
        ("[Later, Later]", "`Later` stands here twice"),
        ("[Now, Later]", "with every value of `When` nothing follows"),
    ] {
        let follows =
            format!("operation: TellWidget, waiter: ready, with: {{{GIVEN}}}, unless: {{When: {values}}}");
        assert_told(&[(TELL, TELLS), (MAKE, &make(&follows))], MAKE, 3, &[words]);
    }
}
