using Google.Protobuf;
using VampNet.Onnx.Proto;

namespace VampNet.Onnx.Tests;

public sealed class TensorDataTests
{
    [Fact]
    public void ToInt64s_EveryIntegerType_Widens()
    {
        Assert.Equal([-3, 5], TensorData.FromArray([(sbyte)-3, (sbyte)5], 2).ToInt64s());
        Assert.Equal([253, 5], TensorData.FromArray([(byte)253, (byte)5], 2).ToInt64s());
        Assert.Equal([-3], TensorData.Scalar((short)-3).ToInt64s());
        Assert.Equal([65533], TensorData.Scalar((ushort)65533).ToInt64s());
        Assert.Equal([-3], TensorData.Scalar(-3).ToInt64s());
        Assert.Equal([4294967293], TensorData.Scalar(4294967293u).ToInt64s());
        Assert.Equal([7], TensorData.Scalar(7UL).ToInt64s());
        Assert.Equal([1, 0], TensorData.FromArray([true, false], 2).ToInt64s());
        Assert.Equal([1, -1, 7], TensorData.FromBytes(ElementType.Int4, new byte[] { 0xF1, 0x07 }, 3).ToInt64s());
        Assert.Equal([1, 15, 7], TensorData.FromBytes(ElementType.UInt4, new byte[] { 0xF1, 0x07 }, 3).ToInt64s());
        Assert.Equal([1, -2, 0, -1], TensorData.FromBytes(ElementType.Int2, new byte[] { 0b11_00_10_01 }, 4).ToInt64s());
    }

    [Fact]
    public void ToDoubles_EveryRealType_Widens()
    {
        Assert.Equal([1.5], TensorData.Scalar((Half)1.5).ToDoubles());
        Assert.Equal([1.5], TensorData.FromBytes(ElementType.BFloat16, new byte[] { 0xC0, 0x3F }).ToDoubles());
        Assert.Equal([0.1], TensorData.Scalar(0.1).ToDoubles());
        Assert.Equal([0.1f], TensorData.Scalar(0.1).ToSingles());
        Assert.Equal([3], TensorData.Scalar(3).ToDoubles());
        Assert.Equal([18446744073709551615.0], TensorData.Scalar(ulong.MaxValue).ToDoubles());
    }

    [Fact]
    public void ToArray_OfAnotherType_IsRefused()
    {
        Assert.Equal(DiagnosticIds.TensorConversion, Assert.Throws<OnnxException>(() => TensorData.Scalar(1f).ToArray<int>()).Id);
        Assert.Equal(DiagnosticIds.TensorConversion, Assert.Throws<OnnxException>(() => TensorData.Scalar(1f).ToInt64s()).Id);
        Assert.Equal(DiagnosticIds.TensorConversion, Assert.Throws<OnnxException>(() => TensorData.Scalar(ulong.MaxValue).ToInt64s()).Id);
        Assert.Equal(DiagnosticIds.TensorConversion, Assert.Throws<OnnxException>(() => TensorData.Scalar(1f).ToStrings()).Id);
        Assert.Equal(DiagnosticIds.TensorConversion, Assert.Throws<OnnxException>(() => TensorData.FromStrings(["a"]).ToDoubles()).Id);
    }

    [Theory]
    [InlineData(ElementType.Float)]
    [InlineData(ElementType.Double)]
    [InlineData(ElementType.Int64)]
    [InlineData(ElementType.UInt64)]
    [InlineData(ElementType.UInt32)]
    [InlineData(ElementType.Int32)]
    [InlineData(ElementType.Int16)]
    [InlineData(ElementType.Float16)]
    [InlineData(ElementType.UInt8)]
    [InlineData(ElementType.Bool)]
    public void Read_TypedFields_HoldsTheSameAsRawBytes(ElementType type)
    {
        TensorProto proto = new()
        {
            Name = "w",
            DataType = (int)type,
            Dims = { 2 },
        };
        proto.FloatData.AddRange(type == ElementType.Float ? [1, 0] : []);
        proto.DoubleData.AddRange(type == ElementType.Double ? [1, 0] : []);
        proto.Int64Data.AddRange(type == ElementType.Int64 ? [1L, 0] : []);
        proto.Uint64Data.AddRange(type is ElementType.UInt64 or ElementType.UInt32 ? [1UL, 0] : []);
        proto.Int32Data.AddRange(
            type is ElementType.Int32 or ElementType.Int16 or ElementType.UInt8 or ElementType.Bool ? [1, 0]
            : type == ElementType.Float16 ? [0x3C00, 0]
            : []
        );
        ModelProto model = ModelProtos.Model(ModelProtos.Node("Identity", "x", "y"));
        model.Graph.Initializer.Add(proto);
        using Model read = model.Read();
        TensorData typed = read.Graph.Initializers[0].Constant!;
        Assert.Equal([1.0, 0.0], typed.ToDoubles());
        Assert.Equal(typed.ByteLength, typed.ToBytes().Length);
    }

    [Fact]
    public void ToStrings_FromTheFile_KeepsThem()
    {
        ModelProto model = ModelProtos.Model(ModelProtos.Node("Identity", "x", "y"));
        model.Graph.Initializer.Add(
            new TensorProto
            {
                Name = "s",
                DataType = 8,
                Dims = { 2 },
                StringData = { ByteString.CopyFromUtf8("a"), ByteString.CopyFromUtf8("ü") },
            }
        );
        using Model read = model.Read();
        Assert.Equal(["a", "ü"], read.Graph.Initializers[0].Constant!.ToStrings());
        read.Graph.AddInitializer("t", TensorData.FromStrings(["b"], 1));
        using Model again = ModelReader.Read(ModelWriter.ToBytes(read));
        Assert.Equal(["b"], again.Graph.Initializers[1].Constant!.ToStrings());
    }

    [Fact]
    public void FromBytes_WrongLength_IsTheCallersFault() =>
        Assert.Throws<ArgumentException>(() => TensorData.FromBytes(ElementType.Float, new byte[7], 2));

    [Fact]
    public void Reshape_KeepsTheContents()
    {
        TensorData data = TensorData.FromArray([1L, 2, 3, 4, 5, 6], 2, 3).Reshape(3, 2);
        Assert.Equal([3, 2], data.Shape);
        Assert.Equal([1, 2, 3, 4, 5, 6], data.ToInt64s());
        Assert.Throws<ArgumentException>(() => data.Reshape(4));
    }

    [Fact]
    public void Lazy_IsProducedEachTimeAndNotKept()
    {
        int times = 0;
        TensorData data = TensorData.Lazy(ElementType.UInt8, [3], bytes => bytes.Fill((byte)++times));
        Assert.Equal([1, 1, 1], data.ToBytes());
        using MemoryStream stream = new();
        data.WriteTo(stream);
        Assert.Equal([2, 2, 2], stream.ToArray());
    }
}
