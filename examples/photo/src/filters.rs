//! The filters, in integers only: the same bytes come out on every machine, natively and in WebAssembly.
//!
//! Each filter looks `radius` pixels around and gives back a plane that is smaller by its radius on each side.
//! So nothing in here needs to know where a photograph ends; [`Tile::cut`] has seen to that.

use crate::tile::Tile;

/// Pixels around a tile that [`develop`] looks at.
pub const BORDER: u32 = (BLUR_RADIUS + CONTRAST_RADIUS) as u32;

const BLUR_RADIUS: usize = 8;
const CONTRAST_RADIUS: usize = 10;

/// Develops one tile: a Gaussian blur takes the noise out, the local contrast is raised, and edges are inked.
///
/// The tile must have a border of [`BORDER`]; the result has none.
#[threader::task]
pub fn develop(tile: &Tile) -> Tile {
    assert_eq!(
        tile.border, BORDER,
        "`develop` needs a border of {BORDER} pixels"
    );
    let [red, green, blue] = channels(tile).map(|plane| gaussian_blur(&plane));
    let luma = luma(&red, &green, &blue);
    let contrast = local_contrast(&luma);
    let edges = sobel(&luma);

    let mut pixels = Vec::with_capacity(contrast.values.len() * 3);
    for y in 0..contrast.height {
        for x in 0..contrast.width {
            let at = |plane: &Plane, inset| i32::from(plane.row(y + inset)[x + inset]);
            // The blurred planes reach `CONTRAST_RADIUS` further than the result, the edges one pixel less far.
            let ink = at(&edges, CONTRAST_RADIUS - 1) / 2;
            let change = at(&contrast, 0) - at(&luma, CONTRAST_RADIUS) - ink;
            for plane in [&red, &green, &blue] {
                pixels.push((at(plane, CONTRAST_RADIUS) + change).clamp(0, 255) as u8);
            }
        }
    }
    Tile {
        border: 0,
        pixels,
        ..*tile
    }
}

/// One channel, 8 bits a pixel, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Plane {
    width: usize,
    height: usize,
    values: Vec<u8>,
}

#[threader::pure]
impl Plane {
    fn row(&self, y: usize) -> &[u8] {
        &self.values[y * self.width..][..self.width]
    }
}

/// Red, green and blue of a tile, border included.
#[threader::pure]
fn channels(tile: &Tile) -> [Plane; 3] {
    let width = (tile.width + 2 * tile.border) as usize;
    let height = (tile.height + 2 * tile.border) as usize;
    [0, 1, 2].map(|channel| {
        let values = tile
            .pixels
            .iter()
            .skip(channel)
            .step_by(3)
            .copied()
            .collect();
        Plane {
            width,
            height,
            values,
        }
    })
}

/// Brightness as the eye sees it (the weights of ITU-R BT.601 in 1/256), rounded half up.
#[threader::pure]
fn luma(red: &Plane, green: &Plane, blue: &Plane) -> Plane {
    let pixels = red.values.iter().zip(&green.values).zip(&blue.values);
    let values = pixels
        .map(|((&r, &g), &b)| {
            ((77 * u32::from(r) + 150 * u32::from(g) + 29 * u32::from(b) + 128) >> 8) as u8
        })
        .collect();
    Plane { values, ..*red }
}

/// Gaussian blur with a standard deviation of 2 pixels: one pass along the rows, one along the columns.
///
/// Between the passes a value has 8 fractional bits. Both passes round half up, and the weights sum to exactly 1,
/// so that an area of one colour keeps it.
#[threader::pure]
fn gaussian_blur(plane: &Plane) -> Plane {
    let (width, height) = (
        plane.width - 2 * BLUR_RADIUS,
        plane.height - 2 * BLUR_RADIUS,
    );
    let mut sums = vec![0u32; width];

    let mut along_rows = Vec::with_capacity(width * plane.height);
    for y in 0..plane.height {
        sums.fill(1 << 7);
        for (shift, weight) in GAUSSIAN.into_iter().enumerate() {
            for (sum, &value) in sums.iter_mut().zip(&plane.row(y)[shift..]) {
                *sum += weight * u32::from(value);
            }
        }
        along_rows.extend(sums.iter().map(|sum| (sum >> 8) as u16));
    }

    let mut values = Vec::with_capacity(width * height);
    for y in 0..height {
        sums.fill(1 << 23);
        for (shift, weight) in GAUSSIAN.into_iter().enumerate() {
            for (sum, &value) in sums.iter_mut().zip(&along_rows[(y + shift) * width..]) {
                *sum += weight * u32::from(value);
            }
        }
        values.extend(sums.iter().map(|sum| (sum >> 24) as u8));
    }
    Plane {
        width,
        height,
        values,
    }
}

/// Weights of the blur in 1/65536. The binomial coefficients of 16 are a Gaussian of variance 16 / 4 to within
/// 1/500, and they are whole numbers whose sum is a power of two.
const GAUSSIAN: [u32; 2 * BLUR_RADIUS + 1] = {
    let mut row = [1; 2 * BLUR_RADIUS + 1];
    let mut k = 1;
    while k < row.len() {
        row[k] = row[k - 1] * (row.len() - k) as u32 / k as u32;
        k += 1;
    }
    row
};

/// Steepness at each pixel: the length of the Sobel gradient, rounded down and cut off at 255. Looks 1 pixel around.
#[threader::pure]
fn sobel(plane: &Plane) -> Plane {
    let (width, height) = (plane.width - 2, plane.height - 2);
    let mut values = Vec::with_capacity(width * height);
    for y in 0..height {
        let [above, here, below] = [0, 1, 2].map(|row| plane.row(y + row));
        for x in 0..width {
            let [a, h, b] =
                [above, here, below].map(|row| [0, 1, 2].map(|column| i32::from(row[x + column])));
            let across = (a[2] + 2 * h[2] + b[2]) - (a[0] + 2 * h[0] + b[0]);
            let down = (b[0] + 2 * b[1] + b[2]) - (a[0] + 2 * a[1] + a[2]);
            values.push((across * across + down * down).isqrt().min(255) as u8);
        }
    }
    Plane {
        width,
        height,
        values,
    }
}

/// Moves each pixel away from the mean of its surroundings, the further the flatter they are.
///
/// Mean and deviation are taken over those neighbours that differ from the pixel by at most [`ALIKE`], as in a sigma
/// filter: what lies beyond an edge has no say, so bright objects get no halo.
#[threader::pure]
fn local_contrast(plane: &Plane) -> Plane {
    const WINDOW: usize = 2 * CONTRAST_RADIUS + 1;
    let (width, height) = (
        plane.width - 2 * CONTRAST_RADIUS,
        plane.height - 2 * CONTRAST_RADIUS,
    );
    let mut values = Vec::with_capacity(width * height);
    for y in 0..height {
        for x in 0..width {
            let centre = i32::from(plane.row(y + CONTRAST_RADIUS)[x + CONTRAST_RADIUS]);
            let (mut count, mut sum, mut squares) = (0, 0, 0);
            for row in y..y + WINDOW {
                for &value in &plane.row(row)[x..x + WINDOW] {
                    let difference = i32::from(value) - centre;
                    let alike = i32::from(difference.abs() <= ALIKE);
                    count += alike;
                    sum += alike * difference;
                    squares += alike * difference * difference;
                }
            }
            values.push((centre + push(count, sum, squares)).clamp(0, 255) as u8);
        }
    }
    Plane {
        width,
        height,
        values,
    }
}

/// Largest difference of brightness between two pixels of one surface.
const ALIKE: i32 = 32;

/// How far a pixel moves, given `count` neighbours whose differences from it have this sum and sum of squares.
///
/// All in 1/16 of a brightness step, rounded towards 0; `count` is at least 1, for a pixel is like itself.
#[threader::pure]
fn push(count: i32, sum: i32, squares: i32) -> i32 {
    const GAIN: i32 = 6 * 16;
    const SOFTNESS: i32 = 4 * 16;
    let above_mean = -16 * sum / count;
    // `count * squares` is at most 441² × 32², which an `i32` holds, but not 256 times that.
    let variance = 256 * i64::from(count * squares - sum * sum) / i64::from(count * count);
    let deviation = variance.isqrt() as i32;
    above_mean * GAIN / (deviation + SOFTNESS) / 16
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plane(width: usize, height: usize, value: impl Fn(usize, usize) -> u8) -> Plane {
        let values = (0..width * height)
            .map(|at| value(at % width, at / width))
            .collect();
        Plane {
            width,
            height,
            values,
        }
    }

    #[test]
    fn the_weights_of_the_blur_sum_to_one() {
        assert_eq!(GAUSSIAN.iter().sum::<u32>(), 1 << 16);
        assert_eq!(GAUSSIAN[..3], [1, 16, 120]);
        assert_eq!(GAUSSIAN[8], 12870);
    }

    #[test]
    fn a_single_bright_pixel_blurs_to_the_product_of_the_weights() {
        let blurred = gaussian_blur(&plane(
            33,
            33,
            |x, y| if (x, y) == (16, 16) { 255 } else { 0 },
        ));
        assert_eq!((blurred.width, blurred.height), (17, 17));
        for (y, down) in GAUSSIAN.into_iter().enumerate() {
            for (x, across) in GAUSSIAN.into_iter().enumerate() {
                let along_row = (255 * across + (1 << 7)) >> 8;
                let expected = (along_row * down + (1 << 23)) >> 24;
                assert_eq!(u32::from(blurred.row(y)[x]), expected, "at {x}, {y}");
            }
        }
        assert_eq!(blurred.row(8)[8], 10);
    }

    #[test]
    fn white_does_not_overflow_the_blur() {
        assert_eq!(gaussian_blur(&plane(18, 17, |_, _| 255)).values, [255, 255]);
    }

    #[test]
    fn sobel_measures_steps_and_ramps() {
        let steepness = |value: fn(usize, usize) -> u8| sobel(&plane(3, 3, value)).values[0];
        assert_eq!(steepness(|_, _| 200), 0);
        assert_eq!(steepness(|x, _| 10 * x as u8), 80);
        assert_eq!(steepness(|_, y| 10 * y as u8), 80);
        // (3, 4, 5) times 8: a gradient of 24 across and 32 down.
        assert_eq!(steepness(|x, y| (3 * x + 4 * y) as u8), 40);
        assert_eq!(steepness(|x, _| if x == 2 { 255 } else { 0 }), 255);
    }

    #[test]
    fn local_contrast_pushes_away_from_the_mean_of_what_is_alike() {
        let middle =
            |value: fn(usize, usize) -> u8| local_contrast(&plane(21, 21, value)).values[0];
        assert_eq!(middle(|_, _| 90), 90);
        // 20 away from everything around: 19.95 from the mean, a deviation of 0.95, so 19.95 * 6 / (0.95 + 4).
        assert_eq!(
            middle(|x, y| if (x, y) == (10, 10) { 120 } else { 100 }),
            144
        );
        assert_eq!(middle(|x, y| if (x, y) == (10, 10) { 80 } else { 100 }), 56);
        assert_eq!(
            middle(|x, y| if (x, y) == (10, 10) { 250 } else { 240 }),
            255
        );
        // Beyond an edge: no say.
        assert_eq!(middle(|x, _| if x > 11 { 255 } else { 100 }), 100);
    }

    #[test]
    fn luma_keeps_grey() {
        for value in 0..=255 {
            let grey = plane(1, 1, |_, _| value);
            assert_eq!(luma(&grey, &grey, &grey), grey);
        }
    }
}
