//! From the bytes of a photograph to the bytes of the developed one: decode, cut, develop, reassemble, encode.

use std::io::Cursor;

use futures_util::StreamExt;
use image::{ImageFormat, ImageResult, RgbImage};
use threader::TaskError;

use crate::filters::{BORDER, develop};
use crate::tile::Tile;

/// Width and height of a tile: some milliseconds of work, against some tens of microseconds to hand it over.
const TILE: u32 = 128;

/// Develops the photograph on the workers. `progress` gets the number of tiles done and of all tiles.
pub async fn parallel(
    photo: &RgbImage,
    mut progress: impl FnMut(usize, usize),
) -> Result<RgbImage, TaskError> {
    let mut developed = RgbImage::new(photo.width(), photo.height());
    let tiles: Vec<Tile> = Tile::cut_all(photo, TILE, BORDER).collect();
    let (mut done, total) = (0, tiles.len());
    progress(done, total);

    let mut results = threader::stream!(for tile in tiles => develop(tile));
    while let Some((_, tile)) = results.next().await {
        tile?.paste(&mut developed);
        done += 1;
        progress(done, total);
    }
    Ok(developed)
}

/// Develops the photograph on this thread: the same tiles as [`parallel`], one after another.
pub fn sequential(photo: &RgbImage) -> RgbImage {
    let mut developed = RgbImage::new(photo.width(), photo.height());
    for tile in Tile::cut_all(photo, TILE, BORDER) {
        develop(&tile).paste(&mut developed);
    }
    developed
}

/// Decodes a JPEG or PNG file.
pub fn decode(file: &[u8]) -> ImageResult<RgbImage> {
    Ok(image::load_from_memory(file)?.into_rgb8())
}

/// Encodes as PNG, the same bytes everywhere.
pub fn encode(photo: &RgbImage) -> ImageResult<Vec<u8>> {
    let mut file = Cursor::new(Vec::new());
    photo.write_to(&mut file, ImageFormat::Png)?;
    Ok(file.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coffee() -> RgbImage {
        decode(include_bytes!("../../data/coffee.png")).unwrap()
    }

    #[test]
    fn a_photograph_in_tiles_equals_the_photograph_in_one_piece() {
        let photo = image::imageops::crop_imm(&coffee(), 150, 60, 150, 141).to_image();
        let whole = develop(&Tile::cut(&photo, 0, 0, 150, 141, BORDER));
        assert_eq!(sequential(&photo).as_raw(), &whole.pixels);
        for size in [7, 50, 149] {
            let mut developed = RgbImage::new(150, 141);
            Tile::cut_all(&photo, size, BORDER)
                .for_each(|tile| develop(&tile).paste(&mut developed));
            assert_eq!(developed.as_raw(), &whole.pixels, "tiles of {size}");
        }
    }

    #[test]
    fn the_parallel_result_equals_the_sequential_one() {
        let photo = coffee();
        let mut seen = Vec::new();
        let developed =
            threader::block_on(parallel(&photo, |done, total| seen.push((done, total))));
        assert!(developed.unwrap() == sequential(&photo));
        assert_eq!(seen, (0..=20).map(|done| (done, 20)).collect::<Vec<_>>());
    }

    #[test]
    fn one_colour_stays_one_colour() {
        for colour in [[0, 0, 0], [255, 255, 255], [200, 30, 90]] {
            let photo = RgbImage::from_pixel(140, 9, image::Rgb(colour));
            assert_eq!(sequential(&photo), photo);
        }
    }

    #[test]
    fn a_single_pixel_is_a_photograph_too() {
        let photo = RgbImage::from_pixel(1, 1, image::Rgb([1, 2, 3]));
        assert_eq!(sequential(&photo), photo);
    }

    #[test]
    fn png_gives_back_every_pixel() {
        let photo = coffee();
        assert!(decode(&encode(&photo).unwrap()).unwrap() == photo);
    }

    #[test]
    fn bytes_that_are_no_photograph_are_an_error() {
        assert!(decode(b"").is_err());
        assert!(decode(b"GIF89a").is_err());
        assert!(decode(&include_bytes!("../../data/coffee.png")[..5000]).is_err());
    }
}
