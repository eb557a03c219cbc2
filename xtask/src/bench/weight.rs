//! What the first call page costs on the network.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};

use crate::shell;

/// The most that the first call page may take over the network, compressed, in bytes.
const CEILING: u64 = 300_000;

/// Measures and prints a table of what is in the page.
///
/// # Errors
///
/// The page does not build, or it is heavier than the ceiling.
pub(crate) fn weight() -> Result<()> {
    let kinds = by_kind(&super::measure("weight")?)?;
    let total: u64 = kinds.values().sum();
    shell::report(&table(&kinds));
    if total > CEILING {
        bail!(
            "the first call page is {} bytes over its ceiling",
            total - CEILING
        );
    }
    Ok(())
}

/// Sums up lines of the form `wasm 123456`.
fn by_kind(lines: &[String]) -> Result<BTreeMap<String, u64>> {
    let mut kinds = BTreeMap::new();
    for line in lines {
        let (kind, bytes) = line
            .split_once(' ')
            .with_context(|| format!("no size in: {line}"))?;
        let bytes: u64 = bytes
            .parse()
            .with_context(|| format!("no number in: {line}"))?;
        *kinds.entry(kind.to_owned()).or_default() += bytes;
    }
    Ok(kinds)
}

fn table(kinds: &BTreeMap<String, u64>) -> String {
    let row = |name: &str, bytes: u64| format!("{name:<10}{bytes:>10} bytes\n");
    let rows: String = kinds
        .iter()
        .map(|(kind, bytes)| row(kind, *bytes))
        .collect();
    let total: u64 = kinds.values().sum();
    format!(
        "{rows}{}{} % of the ceiling of {CEILING} bytes",
        row("together", total),
        percent(total)
    )
}

fn percent(total: u64) -> u64 {
    total * 100 / CEILING
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_one_kind_are_summed_up() {
        let lines = ["css 100", "wasm 2000", "css 23"].map(ToOwned::to_owned);
        let kinds = by_kind(&lines).expect("well-formed");
        assert_eq!(kinds.get("css"), Some(&123));
        assert!(
            table(&kinds).contains("together        2123 bytes"),
            "{}",
            table(&kinds)
        );
    }
}
