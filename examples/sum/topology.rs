//! A stream and a table: 4, 7, 4 are three deposits and make 15; 4, 3, 5 are three balances of one account, and the last one counts.
use kstreams::prelude::*;

/// What was paid in: each record is an event.
#[topic(name = "deposits", key = String, value = i64, partitions = 2)]
pub struct Deposits;
/// What an account holds: each record replaces the one before.
#[topic(name = "balances", key = String, value = i64, partitions = 2, expect_keys = 1_000_000, expect_row_bytes = 20)]
pub struct Balances;
/// All deposits of an account.
#[topic(name = "deposited", key = String, value = i64, partitions = 2)]
pub struct Deposited;
/// What an account holds now.
#[topic(name = "held", key = String, value = i64, partitions = 2)]
pub struct Held;

/// Adds to what was there.
#[operator]
fn add(sum: &mut i64, value: &i64) -> Slot {
    *sum += value;
    Slot::Keep
}

/// A stream is summed up; a table is what it is.
#[topology(id = "sum", drawing = "sum/sum.svg")]
pub fn sum(deposits: StreamOf<Deposits>, balances: TableOf<Balances>) {
    deposits.aggregate("deposited", || 0, add).to(Deposited);
    balances.to(Held);
}

#[cfg(test)]
mod tests {
    use super::*;
    use kstreams::shell::embedded::{EmbeddedLog, create_topics};

    const DEPOSITS: [i64; 3] = [4, 7, 4];
    const BALANCES: [i64; 3] = [4, 3, 5];

    #[test]
    fn a_stream_adds_up_and_a_table_replaces() {
        let mut t = TestDriver::new(sum::topology());
        for (deposit, balance) in DEPOSITS.into_iter().zip(BALANCES) {
            t.input(Deposits).send("ann".to_owned(), deposit);
            t.input(Balances).send("ann".to_owned(), balance);
        }
        let deposited: Vec<_> = t.output(Deposited).records().into_iter().map(|r| r.value).collect();
        assert_eq!(deposited, [4, 11, 15]);
        assert_eq!(t.output(Held).table().into_iter().collect::<Vec<_>>(), [("ann".to_owned(), 5)]);
    }

    #[test]
    fn on_the_embedded_log_too() {
        let log = EmbeddedLog::new();
        create_topics(&log, &sum::topology().plan().declared_deployment()).unwrap();
        for (topic, values) in [("deposits", DEPOSITS), ("balances", BALANCES)] {
            values.iter().for_each(|v| _ = log.produce(topic, Some(b"ann"), Some(&v.to_be_bytes()), 0, &Headers::new()).unwrap());
        }
        let app = App::new(sum::topology(), Config::new().embedded_log(log.clone()).exactly_once());
        tokio::runtime::Runtime::new().unwrap().block_on(app.run_to_end()).unwrap();
        let last = |topic| i64::from_be_bytes(log.read(topic).unwrap().pop().unwrap().value.unwrap().try_into().unwrap());
        assert_eq!((last("deposited"), last("held")), (15, 5));
    }
}
