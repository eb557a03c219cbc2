//! Tokens of a page's own making.

use wasm_bindgen_test::wasm_bindgen_test;

use crate::browser::random_token;

#[wasm_bindgen_test]
fn a_token_is_two_halves_of_256_bits_and_never_the_same() {
    let tokens = [(); 20].map(|()| random_token().unwrap());
    let mut halves: Vec<_> = tokens
        .iter()
        .flat_map(|token| token.as_str().split('.'))
        .collect();
    for half in &halves {
        // 32 bytes in base64url, without padding.
        assert_eq!(half.len(), 43, "{half}");
        assert!(
            half.chars()
                .all(|it| it.is_ascii_alphanumeric() || it == '-' || it == '_')
        );
    }
    halves.sort_unstable();
    halves.dedup();
    assert_eq!(halves.len(), 40);
}
