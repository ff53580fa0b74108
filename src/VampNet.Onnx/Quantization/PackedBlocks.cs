namespace VampNet.Onnx.Quantization;

/// <summary>The layouts in which graphs hold a <see cref="BlockwiseWeight"/>; each is produced only while it is written.</summary>
internal static class PackedBlocks
{
    /// <summary>
    /// MatMulNBits: uint8 [N, blocks, blockSize * bits / 8], integers raised by half their range, two of 4 bits in a byte, the
    /// first in the low half; a short last block is filled up with zeros.
    /// </summary>
    public static TensorData ForMatMulNBits(BlockwiseWeight weight)
    {
        int blockBytes = weight.BlockSize * weight.Bits / 8;
        int zero = 1 << (weight.Bits - 1);
        return TensorData.Lazy(
            ElementType.UInt8,
            [weight.N, weight.Blocks, blockBytes],
            bytes =>
            {
                using FloatContents contents = weight.Open();
                Span<float> scratch = stackalloc float[weight.BlockSize];
                for (int i = 0; i < weight.Scales.Length; i++)
                {
                    ReadOnlySpan<float> steps = weight.Round(contents.Values, i, scratch);
                    Span<byte> packed = bytes.Slice(i * blockBytes, blockBytes);
                    for (int k = 0; k < weight.BlockSize; k++)
                    {
                        int raised = zero + (k < steps.Length ? (int)steps[k] : 0);
                        if (weight.Bits == 8)
                        {
                            packed[k] = (byte)raised;
                        }
                        else
                        {
                            packed[k / 2] = (byte)(k % 2 == 0 ? raised : packed[k / 2] | (raised << 4));
                        }
                    }
                }
            }
        );
    }

    /// <summary>DequantizeLinear along axis 0: int8 or int4 [K, N].</summary>
    public static TensorData ForDequantizeLinear(BlockwiseWeight weight)
    {
        ElementType type = weight.Bits == 8 ? ElementType.Int8 : ElementType.Int4;
        return TensorData.Lazy(
            type,
            [weight.K, weight.N],
            bytes =>
            {
                bytes.Clear();
                using FloatContents contents = weight.Open();
                Span<float> scratch = stackalloc float[weight.BlockSize];
                for (int i = 0; i < weight.Scales.Length; i++)
                {
                    ReadOnlySpan<float> steps = weight.Round(contents.Values, i, scratch);
                    int channel = i / weight.Blocks;
                    for (int k = 0; k < steps.Length; k++)
                    {
                        int element = (((i % weight.Blocks * weight.BlockSize) + k) * weight.N) + channel;
                        if (weight.Bits == 8)
                        {
                            bytes[element] = (byte)(sbyte)steps[k];
                        }
                        else
                        {
                            bytes[element / 2] |= (byte)(((int)steps[k] & 15) << (element % 2 * 4));
                        }
                    }
                }
            }
        );
    }

    /// <summary>The scales as DequantizeLinear along axis 0 wants them: [blocks, N].</summary>
    public static float[] ScalesByBlock(BlockwiseWeight weight)
    {
        float[] scales = new float[weight.Scales.Length];
        for (int i = 0; i < scales.Length; i++)
        {
            scales[(i % weight.Blocks * weight.N) + (i / weight.Blocks)] = weight.Scales[i];
        }

        return scales;
    }
}
