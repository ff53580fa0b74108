namespace VampNet.Runtime.Pictures;

/// <summary>Draws codes, and below them the mask they were made with, as upstream's web page does: time to the right, the first codebook at
/// the bottom.</summary>
public static class CodePicture
{
    private const int CellWidth = 6,
        CellHeight = 12,
        Gap = 12,
        WidestPicture = 12_000;

    private static readonly Colour Paper = new(255, 255, 255),
        Generated = new(68, 1, 84),
        Kept = new(253, 231, 37),
        Mask = new(0, 0, 0);

    /// <summary>Writes a PNG of the first piece.</summary>
    /// <param name="stream">Receives the file.</param>
    /// <param name="codes">[B,C,T].</param>
    /// <param name="mask">[1,C,T']; T' may differ from T where the codes were stretched. Dark is generated, bright is kept.</param>
    /// <param name="vocabularySize">V: codes of V are MASK, drawn black.</param>
    public static void Write(Stream stream, TokenGrid<long> codes, TokenGrid<bool> mask, int vocabularySize)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(codes);
        ArgumentNullException.ThrowIfNull(mask);
        int cell = Math.Clamp(WidestPicture / codes.Frames, 1, CellWidth),
            width = codes.Frames * cell;
        Canvas canvas = new(width, (codes.Codebooks + mask.Codebooks) * CellHeight + Gap);
        canvas.Draw(0, codes, code => code == vocabularySize ? Mask : Spread(code));
        canvas.Draw(codes.Codebooks * CellHeight + Gap, mask, masked => masked ? Generated : Kept);
        PngWriter.Write(stream, width, canvas.Pixels);
    }

    // Neighbouring codes get hues far apart: steps of the golden ratio around the circle.
    private static Colour Spread(long code)
    {
        double hue = code * 0.618033988749895 % 1 * 6;
        double fade = 0.55 + 0.4 * (code * 0.754877666246693 % 1);
        return new Colour(Ramp(hue), Ramp(hue + 4), Ramp(hue + 2));

        byte Ramp(double at) => (byte)(255 * fade * Math.Clamp(Math.Abs(at % 6 - 3) - 1, 0.15, 1));
    }

    private readonly record struct Colour(byte Red, byte Green, byte Blue);

    private sealed class Canvas
    {
        private readonly int _width;

        public Canvas(int width, int height)
        {
            _width = width;
            Pixels = new byte[checked(width * height * 3)];
            Pixels.AsSpan().Fill(Paper.Red);
        }

        public byte[] Pixels { get; }

        public void Draw<T>(int top, TokenGrid<T> grid, Func<T, Colour> colour)
            where T : unmanaged
        {
            for (int codebook = 0; codebook < grid.Codebooks; codebook++)
            {
                Span<byte> line = new byte[_width * 3];
                for (int x = 0; x < _width; x++)
                {
                    (line[x * 3], line[x * 3 + 1], line[x * 3 + 2]) = colour(grid[0, codebook, (int)((long)x * grid.Frames / _width)]);
                }

                int first = top + (grid.Codebooks - 1 - codebook) * CellHeight;
                for (int row = first; row < first + CellHeight - 1; row++)
                {
                    line.CopyTo(Pixels.AsSpan(row * line.Length));
                }
            }
        }
    }
}
