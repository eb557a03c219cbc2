//! What the page costs on the network, until the pre-join page can be used and until a call can be held.

use anyhow::{Context, Result, bail};

use crate::page::budget;
use crate::shell;

/// Bytes over the network, by what they are and for whom.
#[derive(Debug, Default)]
struct Weight {
    /// What each kind of file takes.
    rows: Vec<(String, u64)>,
}

/// Measures and prints a table of what is loaded.
///
/// # Errors
///
/// The page does not build, or it is heavier than its budget.
pub(crate) fn weight() -> Result<()> {
    let weight = Weight::of(&super::measure("weight")?)?;
    let totals = [
        ("pre-join", weight.pre_join(), budget::PRE_JOIN),
        ("call", weight.call(), budget::CALL),
    ];
    shell::report(&weight.table(&totals));
    for (name, bytes, budget) in totals {
        if bytes > budget {
            bail!("{name}: {} bytes over the budget", bytes - budget);
        }
    }
    Ok(())
}

impl Weight {
    /// Sums up lines of the form `wasm 123456`; what a call alone needs is `call`.
    fn of(lines: &[String]) -> Result<Self> {
        let mut weight = Self::default();
        for line in lines {
            let (kind, bytes) = line
                .split_once(' ')
                .with_context(|| format!("no size in: {line}"))?;
            let bytes: u64 = bytes
                .parse()
                .with_context(|| format!("no number in: {line}"))?;
            match weight.rows.iter_mut().find(|(name, _)| name == kind) {
                Some((_, sum)) => *sum += bytes,
                None => weight.rows.push((kind.to_owned(), bytes)),
            }
        }
        Ok(weight)
    }

    fn call(&self) -> u64 {
        self.rows.iter().map(|(_, bytes)| bytes).sum()
    }

    fn pre_join(&self) -> u64 {
        let before = self.rows.iter().filter(|(kind, _)| kind != "call");
        before.map(|(_, bytes)| bytes).sum()
    }

    fn table(&self, totals: &[(&str, u64, u64)]) -> String {
        let row = |(name, bytes): &(String, u64)| format!("{name:<10}{bytes:>10} bytes\n");
        let rows: String = self.rows.iter().map(row).collect();
        let total = |(name, bytes, budget): &(&str, u64, u64)| {
            format!("{name:<10}{bytes:>10} bytes of {budget}\n")
        };
        let totals: String = totals.iter().map(total).collect();
        (rows + &totals).trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_one_kind_are_summed_up_and_a_call_needs_what_comes_before_it() {
        let lines = ["css 100", "wasm 2000", "call 4000", "css 23"].map(ToOwned::to_owned);
        let weight = Weight::of(&lines).expect("well-formed");
        assert_eq!(weight.pre_join(), 2_123);
        assert_eq!(weight.call(), 6_123);
        let table = weight.table(&[("call", weight.call(), 7_000)]);
        assert!(table.contains("css              123 bytes"), "{table}");
        assert!(
            table.ends_with("call            6123 bytes of 7000"),
            "{table}"
        );
    }
}
