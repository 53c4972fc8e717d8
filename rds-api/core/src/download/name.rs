//! Names of files that others have chosen.

/// As long as any file system takes, with what is added to a name.
const MAX_LEN: usize = 200;

/// The name of a file, made of one that the service has; `None` if nothing of it is left. It leads into no other directory,
/// is not hidden, and is no option of a command.
pub(super) fn of_file(name: &str) -> Option<String> {
    let is_kept = |character: char| character.is_ascii_alphanumeric() || "-_.+=".contains(character);
    let name =
        name.trim_start_matches(|character| character == '.' || character == '-' || !is_kept(character));
    let mut kept: String = name.chars().map(|it| if is_kept(it) { it } else { '_' }).collect();
    kept.truncate(MAX_LEN);
    // Where the system cuts dots off at the end.
    let kept = kept.trim_end_matches('.');
    (!kept.is_empty()).then(|| kept.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_nowhere_else() {
        for (name, expected) in [
            ("hins18676859_data_20210729094731_qp.xb", Some("hins18676859_data_20210729094731_qp.xb")),
            ("mysql-bin.000230", Some("mysql-bin.000230")),
            ("../../etc/passwd", Some("etc_passwd")),
            ("/etc/passwd", Some("etc_passwd")),
            ("a/../b", Some("a_.._b")),
            ("C:\\Windows\\x", Some("C__Windows_x")),
            ("-rf", Some("rf")),
            (".bashrc", Some("bashrc")),
            ("a\u{1b}[31m\nb", Some("a__31m_b")),
            ("Sicherung für März", Some("Sicherung_f_r_M_rz")),
            ("x...", Some("x")),
            ("..", None),
            ("", None),
            ("備份", None),
        ] {
            assert_eq!(of_file(name).as_deref(), expected, "{name}");
        }
        assert_eq!(of_file(&"x".repeat(1000)).map(|name| name.len()), Some(MAX_LEN));
    }
}
