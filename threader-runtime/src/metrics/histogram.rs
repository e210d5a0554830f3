//! How often something took how long: [`Histogram`].

use std::fmt;
use std::time::Duration;

/// How often something took how long, in buckets of powers of two of a nanosecond: a percentile is never too small, and
/// less than twice too large.
///
/// ```
/// #[threader::task]
/// fn square(x: u64) -> u64 { x * x }
///
/// let pool = threader::Pool::new(threader::Config::new());
/// threader::block_on(threader::all!(in &pool; for x in 0..100 => square(x))).unwrap();
/// let run = pool.metrics().run;
/// assert_eq!(run.count(), 100);
/// assert!(run.percentile(50.0) <= run.percentile(99.0));
/// assert!(run.percentile(100.0) == run.max());
/// ```
///
/// Its `Debug` is a summary: the count, the median, the 99th percentile and the longest.
#[derive(Clone, PartialEq, Eq)]
pub struct Histogram {
    counts: [u64; BUCKETS],
    sum: Duration,
    max: Duration,
}

/// Bucket `n` has the times of `n` binary digits: from 2^(n-1) up to, and without, 2^n nanoseconds.
const BUCKETS: usize = 64;

impl Histogram {
    /// How many times were taken.
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// All of them together.
    pub fn sum(&self) -> Duration {
        self.sum
    }

    /// The longest; zero if there is none.
    pub fn max(&self) -> Duration {
        self.max
    }

    /// The average; zero if there is none.
    pub fn mean(&self) -> Duration {
        match self.count() {
            0 => Duration::ZERO,
            count => Duration::from_secs_f64(self.sum.as_secs_f64() / count as f64),
        }
    }

    /// A time that `percent` of all took no longer than: the upper end of that time's bucket, or the longest of all.
    /// Zero if there is none.
    ///
    /// `percent` is taken as 0 below 0 and as 100 above 100.
    pub fn percentile(&self, percent: f64) -> Duration {
        let count = self.count();
        let share = (percent / 100.0).clamp(0.0, 1.0);
        let rank = ((count as f64 * share).ceil() as u64).max(1);
        let mut below = 0;
        for (upper, count) in self.buckets() {
            below += count;
            if below >= rank {
                return upper.min(self.max);
            }
        }
        self.max
    }

    /// The buckets that are not empty, shortest times first: the upper end, which is not in it, and how many are.
    pub fn buckets(&self) -> impl Iterator<Item = (Duration, u64)> + '_ {
        let filled = |(_, count): &(usize, &u64)| **count > 0;
        let buckets = self.counts.iter().enumerate().filter(filled);
        buckets.map(|(digits, count)| (Duration::from_nanos(1 << digits), *count))
    }
}

impl fmt::Debug for Histogram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Histogram")
            .field("count", &self.count())
            .field("p50", &self.percentile(50.0))
            .field("p99", &self.percentile(99.0))
            .field("max", &self.max)
            .finish_non_exhaustive()
    }
}

impl Default for Histogram {
    fn default() -> Self {
        Histogram {
            counts: [0; BUCKETS],
            sum: Duration::ZERO,
            max: Duration::ZERO,
        }
    }
}

impl Histogram {
    pub(crate) fn record(&mut self, time: Duration) {
        let nanoseconds = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        let digits = (u64::BITS - nanoseconds.leading_zeros()) as usize;
        self.counts[digits.min(BUCKETS - 1)] += 1;
        self.sum = self.sum.saturating_add(time);
        self.max = self.max.max(time);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(nanoseconds: impl IntoIterator<Item = u64>) -> Histogram {
        let mut histogram = Histogram::default();
        for time in nanoseconds {
            histogram.record(Duration::from_nanos(time));
        }
        histogram
    }

    #[test]
    fn without_a_time_everything_is_zero() {
        let none = of([]);
        assert_eq!((none.count(), none.mean()), (0, Duration::ZERO));
        assert_eq!(none.percentile(99.0), Duration::ZERO);
    }

    #[test]
    fn a_percentile_is_the_upper_end_of_its_bucket() {
        // 1000 is in 512..1024, a million in 524288..1048576.
        let times = of(std::iter::repeat_n(1000, 99).chain([1_000_000]));
        assert_eq!(times.percentile(50.0), Duration::from_nanos(1024));
        assert_eq!(times.percentile(99.0), Duration::from_nanos(1024));
        assert_eq!(times.percentile(99.5), Duration::from_nanos(1_000_000));
        assert_eq!(times.max(), Duration::from_nanos(1_000_000));
        assert_eq!(times.sum(), Duration::from_nanos(1_099_000));
        assert_eq!(times.mean(), Duration::from_nanos(10_990));
    }

    #[test]
    fn debug_is_a_summary() {
        assert_eq!(
            format!("{:?}", of([1000, 1000])),
            "Histogram { count: 2, p50: 1µs, p99: 1µs, max: 1µs, .. }"
        );
    }

    #[test]
    fn shares_beyond_the_ends_are_the_ends() {
        let times = of([0, 1, 7]);
        assert_eq!(times.percentile(-5.0), Duration::from_nanos(1));
        assert_eq!(times.percentile(500.0), Duration::from_nanos(7));
        assert_eq!(of([u64::MAX]).count(), 1);
    }
}
