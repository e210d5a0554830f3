//! Strategies over random sets of tasks, against what the same functions give one after the other.

use futures_util::StreamExt;
use proptest::prelude::*;
use threader::{Config, Pool, TaskControl, block_on, prepare};
use threader_tests::tasks::add;
use threader_tests::tasks::types::Shape;
use threader_tests::tasks::{identity, spin};

fn pools() -> impl Strategy<Value = Pool> {
    (0_usize..4).prop_map(|workers| Pool::new(Config::new().max_workers(workers)))
}

fn shape() -> impl Strategy<Value = Shape> {
    let leaf = prop_oneof![
        Just(Shape::Dot),
        any::<(i64, Option<String>)>().prop_map(|(n, text)| Shape::Line(n, text)),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        (any::<Vec<u8>>(), prop::collection::vec(inner, 0..4))
            .prop_map(|(cells, inside)| Shape::Grid { cells, inside })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn all_is_the_sequential_evaluation(pool in pools(), pairs in prop::collection::vec(any::<(i32, i32)>(), 0..40)) {
        let pairs: Vec<(i64, i64)> = pairs.into_iter().map(|(a, b)| (a.into(), b.into())).collect();
        let sequential: Vec<i64> = pairs.iter().map(|&(a, b)| add(a, b)).collect();
        prop_assert_eq!(block_on(threader::all!(in pool; for (a, b) in pairs => add(a, b))).unwrap(), sequential);
    }

    #[test]
    fn all_gives_back_any_values(pool in pools(), shapes in prop::collection::vec(shape(), 0..10)) {
        prop_assert_eq!(block_on(pool.all(shapes.iter().cloned().map(|one| prepare!(identity(one))))).unwrap(), shapes);
    }

    #[test]
    fn stream_yields_every_index_once(pool in pools(), work in prop::collection::vec(0_u64..5000, 0..40)) {
        let results: Vec<_> = block_on(pool.stream(work.iter().map(|&n| prepare!(spin(n)))).collect());
        let mut seen: Vec<(usize, u64)> = results.into_iter().map(|(index, result)| (index, result.unwrap())).collect();
        seen.sort_unstable();
        let expected: Vec<(usize, u64)> = work.iter().map(|&n| spin(n)).enumerate().collect();
        prop_assert_eq!(seen, expected);
    }

    #[test]
    fn any_gives_exactly_as_many_as_can_be_had(pool in pools(), count in 0_usize..20, n in 0_usize..24) {
        match block_on(pool.any(n, (0..count as i64).map(|i| prepare!(add(i, 1))))) {
            Ok(values) => {
                prop_assert!(n <= count);
                prop_assert_eq!(values.len(), n);
                let mut indices: Vec<usize> = values.iter().map(|&(index, _)| index).collect();
                indices.sort_unstable();
                indices.dedup();
                prop_assert_eq!(indices.len(), n);
                prop_assert!(values.iter().all(|&(index, value)| value == index as i64 + 1));
            }
            Err(_) => prop_assert!(n > count),
        }
    }

    #[test]
    fn every_task_settles_once_whatever_is_cancelled(
        pool in pools(),
        cancelled in prop::collection::vec(any::<bool>(), 1..40),
    ) {
        let tasks: Vec<_> = (0..cancelled.len() as u64).map(|n| prepare!(spin(n))).collect();
        let controls: Vec<TaskControl> = tasks.iter().map(|task| task.control()).collect();
        let settled = pool.settled(tasks);
        for (control, _) in controls.iter().zip(&cancelled).filter(|(_, cancel)| **cancel) {
            control.cancel();
        }
        let results = block_on(settled);
        for (n, (result, cancel)) in results.iter().zip(&cancelled).enumerate() {
            match result {
                Ok(value) => prop_assert_eq!(*value, spin(n as u64)),
                Err(error) => prop_assert!(*cancel && error.kind() == threader::ErrorKind::Cancelled),
            }
        }
        let metrics = pool.metrics();
        prop_assert_eq!(metrics.submitted, cancelled.len() as u64);
        prop_assert_eq!(metrics.completed + metrics.cancelled, metrics.submitted);
    }
}
