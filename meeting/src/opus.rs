//! What this end's Opus encoder is asked for
//! ([RFC 7587 §6.1](https://www.rfc-editor.org/rfc/rfc7587#section-6.1)).
//!
//! The parameters in a *remote* description steer the *local* encoder. An encoder may use
//! discontinuous transmission and in-band error correction whether the receiver asked or not,
//! since every Opus decoder copes; so they are switched on in the description that was received,
//! and nothing is changed between `createOffer` and `setLocalDescription`.

const WANTED: [&str; 2] = ["usedtx=1", "useinbandfec=1"];

/// The remote description with discontinuous transmission (silence costs next to nothing) and
/// in-band forward error correction (a lost packet is filled from the next) switched on for Opus.
pub fn with_dtx_and_fec(sdp: &str) -> String {
    let opus: Vec<&str> = sdp.lines().filter_map(opus_payload_type).collect();
    let mut result = String::with_capacity(sdp.len() + 64);
    for line in sdp.split_inclusive('\n') {
        let (content, end) = split_line_end(line);
        result.push_str(content);
        if is_parameters_of(content, &opus) {
            for wanted in WANTED {
                if !has_parameter(content, wanted) {
                    result.push(';');
                    result.push_str(wanted);
                }
            }
        }
        result.push_str(end);
    }
    result
}

/// The payload type that `a=rtpmap:111 opus/48000/2` gives to Opus.
fn opus_payload_type(line: &str) -> Option<&str> {
    let (payload_type, codec) = line.strip_prefix("a=rtpmap:")?.split_once(' ')?;
    let name = codec.split('/').next()?;
    name.eq_ignore_ascii_case("opus").then_some(payload_type)
}

fn is_parameters_of(line: &str, payload_types: &[&str]) -> bool {
    line.strip_prefix("a=fmtp:")
        .and_then(|rest| rest.split_once(' '))
        .is_some_and(|(payload_type, _)| payload_types.contains(&payload_type))
}

fn has_parameter(line: &str, wanted: &str) -> bool {
    let parameters = line
        .split_once(' ')
        .map_or("", |(_, parameters)| parameters);
    parameters
        .split(';')
        .any(|parameter| parameter.trim() == wanted)
}

fn split_line_end(line: &str) -> (&str, &str) {
    let content = line.trim_end_matches(['\r', '\n']);
    line.split_at(content.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parameters_are_added_to_opus_and_to_nothing_else() {
        let sdp = "m=audio 9 UDP/TLS/RTP/SAVPF 111 63\r\n\
                   a=rtpmap:111 opus/48000/2\r\n\
                   a=fmtp:111 minptime=10;useinbandfec=1\r\n\
                   a=rtpmap:63 red/48000/2\r\n\
                   a=fmtp:63 111/111\r\n";
        let result = with_dtx_and_fec(sdp);
        assert!(result.contains("a=fmtp:111 minptime=10;useinbandfec=1;usedtx=1\r\n"));
        assert!(result.contains("a=fmtp:63 111/111\r\n"));
    }

    #[test]
    fn a_description_without_opus_is_left_alone() {
        for sdp in [
            "",
            "not sdp at all",
            "a=fmtp:\r\na=rtpmap:",
            "v=0\nm=video 9 X 96\n",
        ] {
            assert_eq!(with_dtx_and_fec(sdp), sdp);
        }
    }

    #[test]
    fn applying_it_twice_changes_nothing_more() {
        let once = with_dtx_and_fec("a=rtpmap:109 opus/48000/2\r\na=fmtp:109 stereo=1\r\n");
        assert_eq!(with_dtx_and_fec(&once), once);
    }
}
