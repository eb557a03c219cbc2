//! How a handful of measurements lie.

/// Times in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spread {
    runs: usize,
    least: u32,
    lower_quartile: u32,
    pub(super) median: u32,
    upper_quartile: u32,
    /// All but one in twenty take no longer.
    pub(super) nearly_all: u32,
    pub(super) most: u32,
}

impl Spread {
    /// `None` when there are no measurements.
    pub(super) fn of(mut times: Vec<u32>) -> Option<Self> {
        times.sort_unstable();
        let runs = times.len();
        let at = |percent: usize| {
            let position = (runs.saturating_sub(1) * percent).div_ceil(100);
            times.get(position).copied()
        };
        Some(Self {
            runs,
            least: at(0)?,
            lower_quartile: at(25)?,
            median: at(50)?,
            upper_quartile: at(75)?,
            nearly_all: at(95)?,
            most: at(100)?,
        })
    }
}

impl std::fmt::Display for Spread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            runs,
            least,
            lower_quartile,
            median,
            upper_quartile,
            nearly_all,
            most,
        } = self;
        write!(
            f,
            "{runs} runs: median {median} ms, 95 % within {nearly_all} ms, least {least} ms, \
             most {most} ms, half of them within {lower_quartile} to {upper_quartile} ms"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_lies_in_the_middle_whatever_the_order() {
        let spread = Spread::of(vec![50, 10, 40, 20, 30]).expect("there are five");
        assert_eq!((spread.least, spread.median, spread.most), (10, 30, 50));
        assert_eq!((spread.lower_quartile, spread.upper_quartile), (20, 40));
    }

    #[test]
    fn one_outlier_in_thirty_is_left_out_of_nearly_all_and_two_are_not() {
        let mut times = vec![1; 30];
        times[0] = 9;
        assert_eq!(Spread::of(times.clone()).expect("thirty").nearly_all, 1);
        times[1] = 9;
        assert_eq!(Spread::of(times).expect("thirty").nearly_all, 9);
    }

    #[test]
    fn no_measurements_have_no_spread() {
        assert_eq!(Spread::of(Vec::new()), None);
    }
}
