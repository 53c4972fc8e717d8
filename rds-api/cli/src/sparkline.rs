//! Numbers over time as a line of blocks.

const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The numbers in so many characters, each as high as the highest number that it stands for; a gap is a blank.
pub(crate) fn sparkline(numbers: &[Option<f64>], width: usize) -> String {
    let highest = numbers.iter().flatten().copied().fold(0.0, f64::max);
    let width = width.min(numbers.len());
    let of_part = |index: usize| {
        let part = &numbers[index * numbers.len() / width..(index + 1) * numbers.len() / width];
        part.iter().flatten().copied().reduce(f64::max)
    };
    let block = |number: Option<f64>| match number {
        None => ' ',
        Some(number) if number > 0.0 && highest > 0.0 => {
            BLOCKS[((number / highest * 8.0).ceil() as usize).clamp(1, 8) - 1]
        }
        Some(_) => BLOCKS[0],
    };
    (0..width).map(|index| block(of_part(index))).collect()
}

#[cfg(test)]
mod tests {
    use super::sparkline;

    #[test]
    fn numbers_are_as_high_as_they_are_great() {
        let some = |numbers: &[f64]| numbers.iter().copied().map(Some).collect::<Vec<_>>();
        assert_eq!(sparkline(&some(&[0.0, 1.0, 4.0, 8.0]), 10), "▁▁▄█");
        assert_eq!(sparkline(&some(&[0.0, 1.0, 4.0, 8.0]), 2), "▁█");
        assert_eq!(sparkline(&[Some(2.0), None, Some(1.0)], 3), "█ ▄");
        assert_eq!(sparkline(&some(&[0.0, 0.0]), 2), "▁▁");
        assert_eq!(sparkline(&some(&[-1.0, f64::MIN]), 2), "▁▁");
        assert_eq!((sparkline(&[], 5), sparkline(&[None], 5)), (String::new(), " ".to_owned()));
    }
}
