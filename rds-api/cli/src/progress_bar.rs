//! The looks of progress, which keep to one line of any terminal.

use indicatif::{ProgressBar, ProgressStyle};

/// What is known of how far it is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Style {
    /// No more than the message says.
    Unknown,
    /// How much of the whole is done.
    Share,
    /// How many bytes of how many are there.
    Bytes,
}

/// Gives a bar the looks that fit the width of the terminal.
pub(crate) fn set_style(bar: &ProgressBar, style: Style) {
    let columns = console::Term::stderr().size_checked().map_or(80, |(_, columns)| columns);
    if let Ok(style) = ProgressStyle::with_template(&template(style, columns)) {
        bar.set_style(style);
    }
}

/// What fills a line is cut where the terminal ends, or it would be two lines that are never wiped away.
fn template(style: Style, columns: u16) -> String {
    // Half of a line is left to the words.
    let bar = match columns {
        0..30 => String::new(),
        _ => format!("{{bar:{}}} ", (columns / 2).min(40)),
    };
    match style {
        Style::Unknown => "{spinner} {elapsed}  {wide_msg}".to_owned(),
        Style::Share => format!("{bar}{{elapsed}}  {{wide_msg}}"),
        Style::Bytes if columns < 40 => "{percent} %".to_owned(),
        Style::Bytes if columns < 80 => "{bytes} of {total_bytes}, {eta} left".to_owned(),
        Style::Bytes => "{bar:30} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left".to_owned(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use indicatif::{ProgressDrawTarget, TermLike};

    use super::*;

    /// A terminal of so many columns, and what was written to it.
    #[derive(Debug, Clone)]
    struct Written(u16, Arc<Mutex<String>>);

    impl TermLike for Written {
        fn width(&self) -> u16 {
            self.0
        }
        fn move_cursor_up(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_down(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_right(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_left(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn write_line(&self, text: &str) -> io::Result<()> {
            self.write_str(&format!("{text}\n"))
        }
        fn write_str(&self, text: &str) -> io::Result<()> {
            self.1.lock().unwrap().push_str(text);
            Ok(())
        }
        fn clear_line(&self) -> io::Result<()> {
            Ok(())
        }
        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn every_style_keeps_to_one_line_of_every_terminal() {
        for columns in [12, 20, 29, 30, 40, 59, 60, 79, 80, 200] {
            for style in [Style::Unknown, Style::Share, Style::Bytes] {
                let terminal = Written(columns, Arc::default());
                let target = ProgressDrawTarget::term_like(Box::new(terminal.clone()));
                let bar = ProgressBar::with_draw_target(Some(123_456_789_012), target);
                let bar = bar.with_elapsed(Duration::from_secs(3600));
                bar.set_style(ProgressStyle::with_template(&template(style, columns)).unwrap());
                bar.set_message("rm-uf6wjk5**** TransingToOthers 42 %, and more than a line has ".repeat(4));
                bar.set_position(98_765_432_109);
                terminal.1.lock().unwrap().clear();
                bar.force_draw();
                let shown = terminal.1.lock().unwrap().clone();
                let width = console::measure_text_width(&shown);
                assert!(width > 1 && width <= usize::from(columns), "{columns} {style:?}: {shown:?}");
                assert!(!shown.trim_end().contains('\n'), "{columns} {style:?}: {shown:?}");
            }
        }
    }
}
