using VampNet.Onnx;

namespace VampNet.Export.Codec;

/// <summary>One-dimensional convolutions with bias; the weight norm is already folded.</summary>
internal static class ConvolutionEmitter
{
    /// <summary>x [B,in,N] to [B,out,N], with the zero padding that keeps N; the kernel is odd.</summary>
    public static Value EmitSame(Module convolution, Value x, int dilation = 1)
    {
        int kernel = convolution.Bound("weight").Shape[2];
        long padding = (kernel - 1) * dilation / 2;
        return convolution.Op(
            "Conv",
            "output",
            [x, convolution.Parameter("weight"), convolution.Parameter("bias")],
            ("kernel_shape", new long[] { kernel }),
            ("dilations", new long[] { dilation }),
            ("pads", new[] { padding, padding })
        );
    }

    /// <summary>x [B,in,N*stride] to [B,out,N]: kernel 2*stride, padding ceil(stride/2).</summary>
    public static Value EmitDownsampling(Module convolution, Value x, int stride) => EmitStrided("Conv", convolution, x, stride);

    /// <summary>x [B,in,N] to [B,out,N*stride], or N*stride - 1 for an odd stride: transposed, kernel 2*stride, padding
    /// ceil(stride/2).</summary>
    public static Value EmitUpsampling(Module convolution, Value x, int stride) => EmitStrided("ConvTranspose", convolution, x, stride);

    private static Value EmitStrided(string opType, Module convolution, Value x, int stride) =>
        convolution.Op(
            opType,
            "output",
            [x, convolution.Parameter("weight"), convolution.Parameter("bias")],
            ("kernel_shape", new long[] { 2 * stride }),
            ("strides", new long[] { stride }),
            ("pads", new long[] { (stride + 1) / 2, (stride + 1) / 2 })
        );
}
