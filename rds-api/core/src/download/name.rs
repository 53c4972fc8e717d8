//! Names of files that others have chosen.

use super::part::ENDINGS;

/// As long as any file system takes, with what is added to a name.
const MAX_LEN: usize = 200;

/// What Windows takes for a device, whatever follows after a dot.
const DEVICES: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
    "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// The name of a file, made of one that the service has; `None` if nothing of it is left. It leads into no other directory,
/// is not hidden, is no option of a command and no device, and is not that of the part of another file.
pub(super) fn of_file(name: &str) -> Option<String> {
    let is_kept = |character: char| character.is_ascii_alphanumeric() || "-_.+=".contains(character);
    let name =
        name.trim_start_matches(|character| character == '.' || character == '-' || !is_kept(character));
    let mut kept: String = name.chars().map(|it| if is_kept(it) { it } else { '_' }).collect();
    kept.truncate(MAX_LEN);
    // Where the system cuts dots off at the end.
    let kept = kept.trim_end_matches('.');
    let small = kept.to_ascii_lowercase();
    let is_device = DEVICES.contains(&small.split('.').next().unwrap_or_default());
    let is_of_part = ENDINGS.iter().any(|ending| small.ends_with(ending));
    let (before, after) = (if is_device { "_" } else { "" }, if is_of_part { "_" } else { "" });
    (!kept.is_empty()).then(|| format!("{before}{kept}{after}"))
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
            ("x.part", Some("x.part_")),
            ("x.PART.json", Some("x.PART.json_")),
            ("x.part.json.new", Some("x.part.json.new_")),
            ("x.part.json.new...", Some("x.part.json.new_")),
            ("partx", Some("partx")),
            ("part", Some("part")),
            ("Con", Some("_Con")),
            ("nul.tar.gz", Some("_nul.tar.gz")),
            ("LPT9.part", Some("_LPT9.part_")),
            ("com10", Some("com10")),
            ("console.xb", Some("console.xb")),
            ("..", None),
            ("", None),
            ("備份", None),
        ] {
            assert_eq!(of_file(name).as_deref(), expected, "{name}");
        }
        assert_eq!(of_file(&"x".repeat(1000)).map(|name| name.len()), Some(MAX_LEN));
    }
}
