using VampNet.Checkpoints.Storages;

namespace VampNet.Checkpoints.Tests.Storages;

public sealed class ElementConversionTests
{
    [Theory]
    [InlineData(0x00, 0f)]
    [InlineData(0x01, 0.001953125f)] // 2^-9, the least
    [InlineData(0x08, 0.015625f)] // 2^-6, the least normal
    [InlineData(0x38, 1f)]
    [InlineData(0x7e, 448f)]
    [InlineData(0xfe, -448f)]
    [InlineData(0x7f, float.NaN)]
    [InlineData(0xff, float.NaN)]
    public void ToSingles_Float8E4M3FN_FollowsTheTable(byte bits, float expected) =>
        AssertSingle(expected, TensorElementType.Float8E4M3FN, bits);

    [Theory]
    [InlineData(0x3c, 1f)]
    [InlineData(0x7b, 57344f)]
    [InlineData(0xfc, float.NegativeInfinity)]
    [InlineData(0x01, 0.0000152587890625f)] // 2^-16
    public void ToSingles_Float8E5M2_FollowsTheTable(byte bits, float expected) =>
        AssertSingle(expected, TensorElementType.Float8E5M2, bits);

    [Theory]
    [InlineData(TensorElementType.UInt64, "0000000000000080", 9223372036854775808f)]
    [InlineData(TensorElementType.UInt32, "ffffffff", 4294967295f)]
    [InlineData(TensorElementType.UInt16, "ffff", 65535f)]
    [InlineData(TensorElementType.Int64, "ffffffffffffffff", -1f)]
    public void ToSingles_Integers_AreConverted(TensorElementType type, string hex, float expected) =>
        AssertSingle(expected, type, Convert.FromHexString(hex));

    [Theory]
    [InlineData(TensorElementType.UInt32, "ffffffff", 4294967295)]
    [InlineData(TensorElementType.UInt16, "ffff", 65535)]
    public void ToInt64s_UnsignedIntegers_AreConverted(TensorElementType type, string hex, long expected)
    {
        long[] values = new long[1];
        ElementConversion.ToInt64s("t", type, Convert.FromHexString(hex), values);

        Assert.Equal(expected, values[0]);
    }

    [Theory]
    [InlineData(TensorElementType.Complex64)]
    [InlineData(TensorElementType.Complex128)]
    public void ToSingles_ComplexNumbers_AreRefused(TensorElementType type) =>
        Assert.Equal(
            "VNC0413",
            Assert.Throws<CheckpointException>(() => ElementConversion.ToSingles("t", type, new byte[16], new float[1])).Id
        );

    [Fact]
    public void ToInt64s_UInt64_IsRefused() =>
        Assert.Equal(
            "VNC0413",
            Assert.Throws<CheckpointException>(() => ElementConversion.ToInt64s("t", TensorElementType.UInt64, new byte[8], new long[1])).Id
        );

    private static void AssertSingle(float expected, TensorElementType type, params byte[] bytes)
    {
        float[] values = new float[1];
        ElementConversion.ToSingles("t", type, bytes, values);

        Assert.Equal(expected, values[0]);
    }
}
