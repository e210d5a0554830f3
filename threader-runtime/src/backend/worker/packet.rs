//! Several small messages in one, so that a burst of tasks costs one hop and not thousands.
//!
//! ```text
//! byte 0  1..5        5..5+n    …
//!      0  n, u32 LE   message   the next one
//! ```
//!
//! No message begins with a zero of its own: a frame begins with its version, a word of the coordinator with its mark.

/// The first byte of what is a packet and not a message by itself.
pub(crate) const MARK: u8 = 0;

/// Adds a message to a packet; an empty `packet` becomes one.
pub(crate) fn push(packet: &mut Vec<u8>, message: &[u8]) {
    if packet.is_empty() {
        packet.push(MARK);
    }
    packet.extend_from_slice(&(message.len() as u32).to_le_bytes());
    packet.extend_from_slice(message);
}

/// The messages in a packet, or the one message that `bytes` are. What is cut short is given as it is: it cannot be read.
pub(crate) fn messages(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let (mut rest, mut alone) = match bytes.split_first() {
        Some((&MARK, rest)) => (rest, None),
        _ => (&[][..], Some(bytes)),
    };
    std::iter::from_fn(move || {
        if let Some(bytes) = alone.take() {
            return Some(bytes);
        }
        if rest.is_empty() {
            return None;
        }
        let message = rest.split_at_checked(4).and_then(|(length, behind)| {
            let length = u32::from_le_bytes(length.try_into().ok()?);
            behind.split_at_checked(usize::try_from(length).ok()?)
        });
        let (message, behind) = message.unwrap_or((rest, &[]));
        rest = behind;
        Some(message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_pushed_comes_out_in_order(pushed in prop::collection::vec(prop::collection::vec(1u8.., 0..20), 1..9)) {
            let mut packet = Vec::new();
            for message in &pushed {
                push(&mut packet, message);
            }
            prop_assert_eq!(messages(&packet).collect::<Vec<_>>(), pushed);
        }

        #[test]
        fn a_message_alone_is_itself(message in prop::collection::vec(1u8.., 1..20)) {
            prop_assert_eq!(messages(&message).collect::<Vec<_>>(), [&message[..]]);
        }

        #[test]
        fn any_bytes_come_to_an_end(bytes in any::<Vec<u8>>()) {
            prop_assert!(messages(&bytes).count() <= bytes.len().max(1));
        }
    }
}
