//! Why a device could not be used.

use super::Device;
use crate::ascii;

/// Why a device could not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaptureProblem {
    /// The person said no, now or earlier.
    Denied,
    /// The person closed the browser's question or the picker without an answer.
    Dismissed,
    /// The operating system does not let the browser have it.
    DeniedBySystem,
    /// A [policy](https://www.w3.org/TR/permissions-policy/) forbids it to this page.
    DeniedByPolicy,
    /// The browser shows its picker only to somebody who has just pressed something
    /// ([transient activation](https://html.spec.whatwg.org/multipage/interaction.html#transient-activation)).
    NotActivated,
    /// There is none.
    NotFound,
    /// Another program holds it.
    InUse,
    /// None fits what was asked.
    Overconstrained,
    /// The page is not on a secure origin, so the browser offers no devices.
    InsecureContext,
    /// The browser cannot do this at all.
    Unsupported,
    /// It stopped by itself: unplugged, or taken away.
    Lost,
    /// Anything else.
    Other,
}

impl CaptureProblem {
    /// What an exception of
    /// [`getUserMedia`](https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getusermedia)
    /// or [`getDisplayMedia`](https://www.w3.org/TR/screen-capture/#dom-mediadevices-getdisplaymedia)
    /// means.
    pub fn of_exception(device: Device, name: &str, message: &str) -> Self {
        match name {
            "NotAllowedError" => denial(device, message),
            "SecurityError" => Self::DeniedByPolicy,
            "InvalidStateError" | "InvalidAccessError" if device == Device::Screen => {
                Self::NotActivated
            }
            "NotFoundError" => Self::NotFound,
            "NotReadableError" => Self::InUse,
            "OverconstrainedError" => Self::Overconstrained,
            "NotSupportedError" | "TypeError" => Self::Unsupported,
            _ => Self::Other,
        }
    }

    /// Whether another device of the same kind may do better.
    pub(super) const fn is_of_one_device(self) -> bool {
        matches!(
            self,
            Self::NotFound | Self::InUse | Self::Overconstrained | Self::Lost | Self::Other
        )
    }

    /// Whether the device is not there.
    pub(super) const fn is_absence(self) -> bool {
        matches!(self, Self::NotFound | Self::Overconstrained)
    }
}

/// Browsers have one name for every kind of no. Only the message tells them apart, where it does.
fn denial(device: Device, message: &str) -> CaptureProblem {
    let says = |words: &[&str]| {
        words
            .iter()
            .any(|words| ascii::find(message, words).is_some())
    };
    if says(&["by system", "by the system"]) {
        CaptureProblem::DeniedBySystem
    } else if says(&["permissions policy", "permission policy", "feature policy"]) {
        CaptureProblem::DeniedByPolicy
    } else if device == Device::Screen || says(&["dismissed"]) {
        // A screen is asked for with a picker each time; who wants none closes it.
        CaptureProblem::Dismissed
    } else {
        CaptureProblem::Denied
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use CaptureProblem::{
        Denied, DeniedByPolicy, DeniedBySystem, Dismissed, InUse, NotActivated, Other,
    };
    use Device::{Camera, Microphone, Screen};

    fn not_allowed(device: Device, message: &str) -> CaptureProblem {
        CaptureProblem::of_exception(device, "NotAllowedError", message)
    }

    #[test]
    fn a_no_of_the_system_is_not_taken_for_one_of_the_person() {
        for device in Device::ALL {
            let problem = not_allowed(device, "Permission denied by system");
            assert_eq!(problem, DeniedBySystem);
        }
        assert_eq!(not_allowed(Microphone, "Permission denied"), Denied);
        assert_eq!(not_allowed(Camera, "Permission denied by user"), Denied);
    }

    #[test]
    fn who_closes_a_question_or_the_picker_has_not_said_no() {
        assert_eq!(not_allowed(Camera, "Permission dismissed"), Dismissed);
        assert_eq!(not_allowed(Screen, "Permission denied"), Dismissed);
        assert_eq!(not_allowed(Screen, "Permission denied by user"), Dismissed);
        let firefox =
            "The request is not allowed by the user agent or the platform in the current context.";
        assert_eq!(not_allowed(Screen, firefox), Dismissed);
        assert_eq!(not_allowed(Microphone, firefox), Denied);
    }

    #[test]
    fn a_policy_is_nobodys_no() {
        let message =
            "Access to the feature \"display-capture\" is disallowed by permissions policy.";
        assert_eq!(not_allowed(Screen, message), DeniedByPolicy);
    }

    #[test]
    fn a_picker_needs_a_press_of_a_button() {
        let problem = |device, name| CaptureProblem::of_exception(device, name, "");
        assert_eq!(problem(Screen, "InvalidStateError"), NotActivated);
        assert_eq!(problem(Screen, "InvalidAccessError"), NotActivated);
        assert_eq!(problem(Camera, "InvalidStateError"), Other);
    }

    #[test]
    fn a_request_that_was_broken_off_accuses_no_other_program() {
        let problem = |name| CaptureProblem::of_exception(Camera, name, "Device in use");
        assert_eq!(problem("NotReadableError"), InUse);
        assert_eq!(problem("AbortError"), Other);
    }
}
