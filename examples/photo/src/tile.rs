//! A rectangle of a photograph that can travel to a worker on its own.

use image::RgbImage;
use serde::{Deserialize, Serialize};

/// A rectangle of an RGB photograph, with the pixels around it that the filters need.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tile {
    /// Left edge in the photograph, in pixels, without the border.
    pub x: u32,
    /// Top edge in the photograph, in pixels, without the border.
    pub y: u32,
    /// Width in pixels, without the border.
    pub width: u32,
    /// Height in pixels, without the border.
    pub height: u32,
    /// Pixels on each of the four sides that are there only to be looked at.
    pub border: u32,
    /// `(height + 2 * border)` rows of `(width + 2 * border)` pixels of 3 bytes: red, green, blue.
    pub pixels: Vec<u8>,
}

impl Tile {
    /// Cuts the photograph into tiles of at most `size` × `size` pixels, row by row.
    ///
    /// A border that reaches over the photograph's edge repeats the nearest pixel of the edge. Every filter
    /// therefore sees the same surroundings of a pixel, however the photograph is cut.
    pub fn cut_all(photo: &RgbImage, size: u32, border: u32) -> impl Iterator<Item = Tile> {
        let (width, height) = photo.dimensions();
        (0..height).step_by(size as usize).flat_map(move |y| {
            (0..width).step_by(size as usize).map(move |x| {
                Tile::cut(
                    photo,
                    x,
                    y,
                    size.min(width - x),
                    size.min(height - y),
                    border,
                )
            })
        })
    }

    /// Cuts one tile out of the photograph. The rectangle without its border must lie inside.
    pub fn cut(photo: &RgbImage, x: u32, y: u32, width: u32, height: u32, border: u32) -> Tile {
        let row_bytes = photo.width() as usize * 3;
        let last_row = photo.height() - 1;
        // Pixels to repeat on the left, to copy, and to repeat on the right.
        let from = x.saturating_sub(border);
        let to = (x + width + border).min(photo.width());
        let left = (from + border - x) as usize;
        let right = (x + width + border - to) as usize;

        let (rows, columns) = (height + 2 * border, width + 2 * border);
        let mut pixels = Vec::with_capacity(rows as usize * columns as usize * 3);
        for outer in 0..rows {
            let row = (y + outer).saturating_sub(border).min(last_row) as usize;
            let row = &photo.as_raw()[row * row_bytes..][..row_bytes];
            for _ in 0..left {
                pixels.extend_from_slice(&row[..3]);
            }
            pixels.extend_from_slice(&row[from as usize * 3..to as usize * 3]);
            for _ in 0..right {
                pixels.extend_from_slice(&row[row_bytes - 3..]);
            }
        }
        Tile {
            x,
            y,
            width,
            height,
            border,
            pixels,
        }
    }

    /// Copies the tile, without its border, to its place in the photograph.
    pub fn paste(&self, photo: &mut RgbImage) {
        let photo_row = photo.width() as usize * 3;
        let tile_row = (self.width + 2 * self.border) as usize * 3;
        let (skip, bytes) = (self.border as usize, self.width as usize * 3);
        for row in 0..self.height as usize {
            let source = &self.pixels[(row + skip) * tile_row + skip * 3..][..bytes];
            let target = (self.y as usize + row) * photo_row + self.x as usize * 3;
            photo.as_mut()[target..][..bytes].copy_from_slice(source);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each pixel tells its own place.
    fn coordinates(width: u32, height: u32) -> RgbImage {
        RgbImage::from_fn(width, height, |x, y| image::Rgb([x as u8, y as u8, 7]))
    }

    #[test]
    fn cutting_and_pasting_gives_the_photograph_back() {
        let photo = coordinates(13, 7);
        for (size, border) in [(1, 0), (4, 0), (4, 3), (5, 20), (100, 2)] {
            let mut copy = RgbImage::new(13, 7);
            Tile::cut_all(&photo, size, border).for_each(|tile| tile.paste(&mut copy));
            assert_eq!(copy, photo, "size {size}, border {border}");
        }
    }

    #[test]
    fn the_border_holds_the_nearest_pixel_of_the_photograph() {
        let photo = coordinates(6, 5);
        let border = 9;
        for tile in Tile::cut_all(&photo, 4, border) {
            let columns = tile.width + 2 * border;
            for (index, pixel) in tile.pixels.chunks_exact(3).enumerate() {
                let (column, row) = (index as u32 % columns, index as u32 / columns);
                let x = (tile.x + column).saturating_sub(border).min(5);
                let y = (tile.y + row).saturating_sub(border).min(4);
                assert_eq!(pixel, [x as u8, y as u8, 7]);
            }
        }
    }

    #[test]
    fn tiles_at_the_far_edges_are_smaller() {
        let sizes: Vec<_> = Tile::cut_all(&coordinates(5, 3), 2, 1)
            .map(|tile| (tile.x, tile.y, tile.width, tile.height))
            .collect();
        let expected = [
            (0, 0, 2, 2),
            (2, 0, 2, 2),
            (4, 0, 1, 2),
            (0, 2, 2, 1),
            (2, 2, 2, 1),
            (4, 2, 1, 1),
        ];
        assert_eq!(sizes, expected);
    }
}
