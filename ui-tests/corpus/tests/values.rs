//! The marked functions are the functions that were written: a few values of every module.

use purity_corpus::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(ToString::to_string).collect()
}

#[test]
fn numbers() {
    assert_eq!(numerics::gcd(84, 36), 12);
    assert_eq!(numerics::lcm(4, 6), 12);
    assert!(numerics::is_prime(1_000_000_007) && !numerics::is_prime(1_000_000_008));
    assert_eq!(numerics::primes_below(20), [2, 3, 5, 7, 11, 13, 17, 19]);
    assert!((numerics::bell_area(2.0) - 0.6827).abs() < 1e-4);
    assert_eq!(numerics::summarise(&[1.0, 2.0, 3.0]).variance, 1.0);
    assert_eq!(numerics::binomial(10, 3), Some(120));
    assert_eq!(numerics::collatz_length(6), 9);
    assert_eq!(
        numerics::fourier(&[(1.0, 0.0), (0.0, 0.0)]),
        [(1.0, 0.0), (1.0, 0.0)]
    );
    assert_eq!(bits::crc32(b"123456789"), 0xcbf4_3926);
    assert_eq!(
        bits::from_base64(&bits::base64(b"purity")),
        Some(b"purity".to_vec())
    );
    assert_eq!(bits::distinct(vec![70, 3, 70]), [3, 70]);
    assert_eq!(bits::from_gray(bits::to_gray(77)), 77);
    let square = matrix::Matrix::from_rows(&[[2.0, 1.0], [1.0, 3.0]]);
    assert_eq!(matrix::determinant(square.clone()), Some(5.0));
    assert_eq!(matrix::solve(&square, &[3.0, 4.0]), Some(vec![1.0, 1.0]));
    assert_eq!(matrix::power(&square, 0), matrix::Matrix::identity(2));
    assert_eq!(matrix::spiral(vec![vec![1, 2], vec![4, 3]]), [1, 2, 3, 4]);
}

#[test]
fn words() {
    assert_eq!(strings::reverse_words("a b  c"), "c b a");
    assert_eq!(strings::rot13(&strings::rot13("Tell")), "Tell");
    assert_eq!(strings::slugify(" Hello, World! "), "hello-world");
    assert_eq!(
        strings::expand_runs(&strings::run_length("aaab")).as_deref(),
        Some("aaab")
    );
    assert_eq!(strings::levenshtein("kitten", "sitting"), 3);
    assert_eq!(strings::to_roman(1994), "MCMXCIV");
    assert_eq!(text::wrap("one two three", 8), ["one two", "three"]);
    assert_eq!(text::soundex("Robert"), "R163");
    assert_eq!(
        text::complete(&owned(&["tea", "ten", "to"]), "te"),
        ["tea", "ten"]
    );
    assert_eq!(text::find_all("abababa", "aba"), [0, 2, 4]);
    assert_eq!(parsing::calculate("2 * (3 + 4) - 1"), Ok(13.0));
    assert_eq!(parsing::duration("90s"), Some(Duration::from_secs(90)));
    assert_eq!(
        parsing::csv_fields(r#"a,"b ""c""",d"#),
        ["a", "b \"c\"", "d"]
    );
    assert_eq!(
        parsing::newest(&["1.2.3", "v1.10.0"]),
        Some(parsing::Version(1, 10, 0))
    );
    assert!(parsing::in_network([10, 1, 2, 3].into(), "10.0.0.0/8").unwrap());
    assert_eq!(patterns::iso_dates("on 2024-02-29."), [(2024, 2, 29)]);
    assert_eq!(patterns::redact("card 12345"), "card *****");
    assert_eq!(patterns::count_word("a.b A.B", "a.b").unwrap(), 2);
}

#[test]
fn order() {
    assert_eq!(sorting::quick_sorted(vec![3, 1, 2]), [1, 2, 3]);
    assert_eq!(sorting::merge_sort(&["b", "a"]), ["a", "b"]);
    let mut items = vec![300, 2, 70000];
    sorting::radix_sort(&mut items);
    assert_eq!(items, [2, 300, 70000]);
    assert_eq!(
        graphs::dijkstra(&[vec![(1, 5), (2, 1)], vec![], vec![(1, 1)]], 0),
        [0, 2, 1]
    );
    assert_eq!(graphs::topological(&[vec![1], vec![0]]), Err(0));
    assert_eq!(
        graphs::spanning_tree(3, vec![(1, 0, 1), (2, 1, 2), (9, 0, 2)]),
        3
    );
    let mut grid = vec![vec![0, 0, 1], vec![1, 0, 1]];
    assert_eq!(graphs::flood_fill(&mut grid, 0, 0, 7), 3);
    assert_eq!(dynamic::knapsack(&[(1, 1), (3, 4), (4, 5)], 7), 9);
    assert_eq!(dynamic::common_subsequence("AGGTAB", "GXTXAYB"), "GTAB");
    assert_eq!(
        dynamic::longest_palindrome("forgeeksskeegfor"),
        "geeksskeeg"
    );
    assert_eq!(dynamic::fibonacci(90), 2_880_067_194_370_816_120);
    assert_eq!(iterators::even_fibonacci_sum(4_000_000), 4_613_732);
    assert_eq!(iterators::squares_of_evens(3), [0, 4, 16]);
    assert_eq!(iterators::countdown_text(3), "3 2 1 go");
}

#[test]
fn data() {
    let pond = shapes::floor_plan(&[(2.0, 3.0)], Some(1.0));
    assert!((pond - 9.1416).abs() < 1e-4);
    assert_eq!(
        shapes::light_after(shapes::Light::Red, 31),
        shapes::Light::Green
    );
    assert_eq!(tables::count_vowels("Threads"), 2);
    assert_eq!(tables::weekday(0), "Thu");
    assert_eq!(tables::both(1.0), ["3.3 ft", "1.1 yd"]);
    let orders = r#"[{"id":1,"customer":"a","lines":[{"article":"x","quantity":2,"cents":5}]}]"#;
    let orders = records::read_orders(orders).unwrap();
    assert_eq!(records::best_customers(&orders, 1), [("a".to_string(), 10)]);
    assert!(
        records::to_json(&orders[0])
            .unwrap()
            .contains("\"quantity\":2")
    );
    assert_eq!(
        lookups::word_counts("b a b"),
        [("a".to_string(), 1), ("b".to_string(), 2)]
    );
    assert_eq!(lookups::intern(&owned(&["a", "b", "a"])), [0, 1, 0]);
    assert_eq!(
        lookups::ordered(HashMap::from([("a".into(), 1)])),
        BTreeMap::from([("a".into(), 1)])
    );
    let date = dates::parse_date("2024-02-28").unwrap();
    assert_eq!(
        dates::calendar(date, 3),
        ["2024-02-28", "2024-02-29", "2024-03-01"]
    );
    assert_eq!(dates::weekday(date), 2);
    assert_eq!(
        dates::clock(Duration::from_millis(3_661_005)),
        "01:01:01.005"
    );
    assert_eq!(
        sampling::estimate_pi(1, 1000),
        sampling::estimate_pi(1, 1000)
    );
    assert_eq!(sampling::shuffled(4, vec![1, 2, 3]).len(), 3);
}

#[test]
fn structure() {
    assert_eq!(cells::fibonacci(50), 12_586_269_025);
    assert_eq!(
        cells::path_of(&owned(&["a", "b", "c"])).as_deref(),
        Some("a/b/c")
    );
    assert_eq!(cells::numbered(&["x", "y"]), ["1: x", "2: y"]);
    assert_eq!(shadow::execute("1 2 add"), Ok(vec![3]));
    assert_eq!(shadow::called_with_locals(2), 14);
    assert_eq!(
        control::port(Some("0")).unwrap_err().to_string(),
        "0 is not in 1..=65535"
    );
    assert_eq!(control::bracket_error("(]"), Some(1));
    assert_eq!(control::halves(vec![2, 4]), Ok(vec![1, 2]));
    assert_eq!(macros::largest_of(1, -9, 3), 9);
    assert!(macros::checked_age(-1).is_err());
    assert_eq!(generics::plus_four(1), 5);
    assert_eq!(generics::tree_sort(vec![2, 3, 1]), [1, 2, 3]);
    assert_eq!(generics::middle_word("c a b").as_deref(), Some("b"));
    assert_eq!(modules::nested_functions(1234), 10);
    assert_eq!(modules::normed(-2.0), 8.0);
    assert_eq!(modules::by_table("half", 3.0), Some(1.5));
    assert!(modules::matches("a*c?", "abbcd"));
    let blinker = BTreeSet::from([(0, 0), (1, 0), (2, 0)]);
    assert_eq!(games::life(&games::life(&blinker)), blinker);
    assert_eq!(games::queens(6), 4);
    assert_eq!(games::score([None; 9], games::Mark::X), 0);
    assert_eq!(games::maze_steps(&owned(&["S.", "#E"])), Some(2));
    assert_eq!(games::bowling(&[10; 12]), 300);
}
