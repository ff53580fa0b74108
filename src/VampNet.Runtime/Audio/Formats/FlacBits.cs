namespace VampNet.Runtime.Audio.Formats;

/// <summary>Reads a FLAC stream bit by bit, the highest bit of a byte first.</summary>
/// <param name="bytes">The file.</param>
/// <param name="position">The byte to start at.</param>
internal ref struct FlacBits(ReadOnlySpan<byte> bytes, int position)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private long _bit = 8L * position;

    /// <summary>The byte of the next bit.</summary>
    public readonly int Position => (int)(_bit >> 3);

    /// <summary>Reads an unsigned number of up to 32 bits.</summary>
    /// <exception cref="EndOfStreamException">The file ends within it.</exception>
    public uint Read(int count)
    {
        if (_bit + count > 8L * _bytes.Length)
        {
            throw new EndOfStreamException();
        }

        ulong window = 0;
        int first = (int)(_bit >> 3);
        for (int i = 0; i < 5; i++)
        {
            window = (window << 8) | (first + i < _bytes.Length ? _bytes[first + i] : 0u);
        }

        int shift = 40 - (int)(_bit & 7) - count;
        _bit += count;
        return (uint)((window >> shift) & ((1UL << count) - 1));
    }

    /// <summary>Reads a number in two's complement of up to 33 bits.</summary>
    public long ReadSigned(int count)
    {
        if (count == 0)
        {
            return 0;
        }

        long value = count > 32 ? ((long)Read(count - 32) << 32) | Read(32) : Read(count);
        return value << (64 - count) >> (64 - count);
    }

    /// <summary>Reads zeros up to the next one, and returns their number.</summary>
    public uint ReadUnary()
    {
        uint zeros = 0;
        while (true)
        {
            int left = 8 - (int)(_bit & 7);
            if (Position >= _bytes.Length)
            {
                throw new EndOfStreamException();
            }

            int rest = _bytes[Position] & ((1 << left) - 1);
            if (rest != 0)
            {
                int skipped = left - (32 - System.Numerics.BitOperations.LeadingZeroCount((uint)rest));
                _bit += skipped + 1;
                return zeros + (uint)skipped;
            }

            zeros += (uint)left;
            _bit += left;
        }
    }

    /// <summary>Moves to the start of the next byte, unless it is there.</summary>
    public void Align() => _bit = (_bit + 7) & ~7L;
}
