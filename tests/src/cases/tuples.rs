//! Items of different types: tuples of up to twelve in `all!` and `settled!`.

use threader::{Pool, all, settled};

use crate::check::check_eq;
use crate::runner::cases;
use crate::tasks::identity;
use crate::{Cx, Outcome};

cases![
    tuples_of_one_to_six_types_come_back.smoke(),
    tuples_of_seven_to_twelve_types_come_back,
];

/// The same values through both strategies.
macro_rules! there_and_back {
    ($pool:ident; $($name:ident = $value:expr),+) => {
        check_eq!(all!(in $pool; $(identity($value)),+).await?, ($($value,)+));
        let ($($name,)+) = settled!(in $pool; $(identity($value)),+).await;
        check_eq!(($($name?,)+), ($($value,)+));
    };
}

async fn tuples_of_one_to_six_types_come_back(cx: Cx) -> Outcome {
    let pool: Pool = cx.pool();
    there_and_back!(pool; a = 1_u8);
    there_and_back!(pool; a = 1_u8, b = -2_i16);
    there_and_back!(pool; a = 1_u8, b = -2_i16, c = '3');
    there_and_back!(pool; a = 1_u8, b = -2_i16, c = '3', d = 4.5_f32);
    there_and_back!(pool; a = 1_u8, b = -2_i16, c = '3', d = 4.5_f32, e = ());
    there_and_back!(pool; a = 1_u8, b = -2_i16, c = '3', d = 4.5_f32, e = (), f = true);
    Ok(())
}

async fn tuples_of_seven_to_twelve_types_come_back(cx: Cx) -> Outcome {
    let pool: Pool = cx.pool();
    there_and_back!(pool; a = 1_u8, b = -2_i16, c = '3', d = 4.5_f32, e = (), f = true, g = "7".to_owned());
    there_and_back!(pool; a = 1_u8, b = -2_i16, c = '3', d = 4.5_f32, e = (), f = true, g = "7".to_owned(), h = vec![8_u32]);
    there_and_back!(pool; a = 1_u8, b = -2_i16, c = '3', d = 4.5_f32, e = (), f = true, g = "7".to_owned(), h = vec![8_u32],
        i = Some(9_i64));
    there_and_back!(pool; a = 1_u8, b = -2_i16, c = '3', d = 4.5_f32, e = (), f = true, g = "7".to_owned(), h = vec![8_u32],
        i = Some(9_i64), j = [10_u64; 3]);
    there_and_back!(pool; a = 1_u8, b = -2_i16, c = '3', d = 4.5_f32, e = (), f = true, g = "7".to_owned(), h = vec![8_u32],
        i = Some(9_i64), j = [10_u64; 3], k = (11_i128, 0.5_f64));
    there_and_back!(pool; a = 1_u8, b = -2_i16, c = '3', d = 4.5_f32, e = (), f = true, g = "7".to_owned(), h = vec![8_u32],
        i = Some(9_i64), j = [10_u64; 3], k = (11_i128, 0.5_f64), l = Err::<u8, String>("12".to_owned()));
    Ok(())
}
