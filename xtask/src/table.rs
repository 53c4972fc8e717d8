//! The table that a benchmark prints and puts into the README: what of ours stands beside another, and the budgets.

use std::fs;
use std::process::{Command, ExitCode};

use crate::repository::Repository;

/// The results, as Markdown.
pub(crate) struct Table {
    text: String,
    is_within_budgets: bool,
}

impl Table {
    /// A table of what is ours beside what is of another.
    pub(crate) fn new(ours: &str, theirs: &str) -> Self {
        let text = format!("| | {ours} | {theirs} | ratio | budget |\n| --- | --- | --- | --- | --- |\n");
        Self { text, is_within_budgets: true }
    }

    /// A row that compares; `budget` is the greatest ratio, where there is one.
    pub(crate) fn compare(
        &mut self,
        what: &str,
        [ours, theirs]: [f64; 2],
        show: impl Fn(f64) -> String,
        budget: Option<f64>,
    ) {
        let ratio = ours / theirs;
        let budget =
            budget.map_or(String::new(), |budget| format!(" {budget:.2}{}", self.judge(ratio <= budget)));
        self.text += &format!("| {what} | {} | {} | {ratio:.3} |{budget} |\n", show(ours), show(theirs));
    }

    /// A row about what is bounded by itself.
    pub(crate) fn bound(&mut self, what: &str, measured: f64, budget: f64, show: impl Fn(f64) -> String) {
        let is_met = self.judge(measured <= budget);
        self.text += &format!("| {what} | {} | | | {}{is_met} |\n", show(measured), show(budget));
    }

    fn judge(&mut self, is_met: bool) -> &'static str {
        self.is_within_budgets &= is_met;
        if is_met { "" } else { ", missed" }
    }

    /// Adds how, where and when the figures were made.
    pub(crate) fn close(&mut self, how: &str) {
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let compiler = Command::new("rustc").arg("--version").output();
        let compiler = compiler.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
        let compiler = compiler.unwrap_or_else(|_| "an unknown compiler".to_owned());
        let date = jiff::Timestamp::now().strftime("%Y-%m-%d");
        self.text += &format!("\n{how} {cores} cores ({}), {compiler}, {date}.\n", processor());
    }

    /// Prints the table, or why there is none. One missed budget fails the run.
    pub(crate) fn print(measured: Result<Self, String>) -> ExitCode {
        match measured {
            Ok(table) => {
                println!("{}", table.text);
                if table.is_within_budgets { ExitCode::SUCCESS } else { ExitCode::FAILURE }
            }
            Err(message) => {
                eprintln!("{message}");
                ExitCode::FAILURE
            }
        }
    }

    /// Puts the table into README.md, between the marks of this name.
    pub(crate) fn write_to_readme(&self, repository: &Repository, name: &str) -> Result<(), String> {
        let readme = repository.read("README.md")?;
        repository.write("README.md", &with_table(&readme, name, &self.text)?)
    }
}

/// The README with `table` between its marks.
fn with_table(readme: &str, name: &str, table: &str) -> Result<String, String> {
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
    let parts = readme.split_once(&begin).and_then(|(before, rest)| Some((before, rest.split_once(&end)?.1)));
    let (before, after) = parts.ok_or_else(|| {
        format!("README.md has no place for the table: write {} and {end} where it is to stand", begin.trim())
    })?;
    Ok(format!("{before}{begin}{table}{end}{after}"))
}

/// The model of the processor.
fn processor() -> String {
    let described = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = described.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    model.map_or_else(|| std::env::consts::ARCH.to_owned(), |(_, model)| model.trim().to_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn seconds(seconds: f64) -> String {
        format!("{seconds:.1} s")
    }

    #[test]
    fn one_missed_budget_fails_the_run_and_is_told() {
        let mut table = Table::new("ours", "theirs");
        table.compare("check", [1.0, 10.0], seconds, Some(0.20));
        table.compare("more", [1.0, 1.0], seconds, None);
        assert!(table.is_within_budgets);
        table.bound("codegen", 1.25, 1.0, seconds);
        assert!(!table.is_within_budgets);
        let rows: Vec<&str> = table.text.lines().skip(2).collect();
        assert_eq!(
            rows,
            [
                "| check | 1.0 s | 10.0 s | 0.100 | 0.20 |",
                "| more | 1.0 s | 1.0 s | 1.000 | |",
                "| codegen | 1.2 s | | | 1.0 s, missed |"
            ]
        );
    }

    #[test]
    fn the_table_takes_the_place_of_the_last_one() {
        let (begin, end) = ("<!-- it -->\n", "<!-- /it -->");
        let readme = format!("# A\n\n{begin}old\n{end}\n\nB\n");
        let once = with_table(&readme, "it", "| new |\n").unwrap();
        assert_eq!(once, format!("# A\n\n{begin}| new |\n{end}\n\nB\n"));
        assert_eq!(with_table(&once, "it", "| new |\n").unwrap(), once);
        assert!(with_table("# A\n", "it", "").unwrap_err().contains("<!-- it --> and <!-- /it -->"));
    }
}
