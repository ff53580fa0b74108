using VampNet.Checkpoints.Pickling;

namespace VampNet.Checkpoints.Tests.Pickling;

public sealed class KnownGlobalsTests
{
    private static readonly StorageReference Storage = new(TensorElementType.Int16, "7", 12, null);

    [Theory]
    [InlineData("torch._utils", "_rebuild_tensor")]
    [InlineData("torch._utils", "_rebuild_tensor_v2")]
    public void Construct_ATensor_TakesItsTypeFromTheStorage(string module, string name)
    {
        object value = Construct(module, name, Storage, 2L, Tuple(2L, 5L), Tuple(5L, 1L));

        TensorReference tensor = Assert.IsType<TensorReference>(value);
        Assert.Equal((TensorElementType.Int16, 2), (tensor.ElementType, tensor.Offset));
        Assert.Equal([2L, 5L], tensor.Shape);
        Assert.Equal([5L, 1L], tensor.Strides);
    }

    [Fact]
    public void Construct_ATensorOnAnUntypedStorage_TakesItsTypeFromTheArguments()
    {
        object value = Construct(
            "torch._utils",
            "_rebuild_tensor_v3",
            new StorageReference(null, "7", 12, null),
            0L,
            Tuple(6L),
            Tuple(1L),
            false,
            null,
            new PickleGlobal("torch", "uint16")
        );

        Assert.Equal(TensorElementType.UInt16, Assert.IsType<TensorReference>(value).ElementType);
    }

    [Fact]
    public void Construct_AnUnsupportedElementType_IsRefused()
    {
        CheckpointException error = Assert.Throws<CheckpointException>(() =>
            Construct(
                "torch._utils",
                "_rebuild_tensor_v3",
                Storage,
                0L,
                Tuple(6L),
                Tuple(1L),
                false,
                null,
                new PickleGlobal("torch", "qint8")
            )
        );

        Assert.Equal("VNC0407", error.Id);
        Assert.Contains("torch.qint8", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("collections", "OrderedDict", "not a list")]
    [InlineData("builtins", "set", "not a list")]
    [InlineData("_codecs", "encode", "text alone")]
    [InlineData("torch", "Size", "not a tuple")]
    [InlineData("torch", "device", 3L)]
    [InlineData("torch._utils", "_rebuild_tensor_v2", "no storage")]
    [InlineData("torch._utils", "_rebuild_parameter", "no tensor")]
    [InlineData("numpy", "dtype", 3L)]
    [InlineData("numpy.core.multiarray", "scalar", "no dtype")]
    public void Construct_AKnownGlobalWithStrangeArguments_IsRefused(string module, string name, object argument)
    {
        CheckpointException error = Assert.Throws<CheckpointException>(() => Construct(module, name, argument));

        Assert.Equal("VNC0309", error.Id);
        Assert.Contains($"{module}.{name}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("os", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("torch.storage", "_load_from_bytes")]
    [InlineData("collections", "Counter")]
    [InlineData("numpy.core.multiarray", "_reconstruct")]
    public void Construct_AnyOtherGlobal_StaysAName(string module, string name) =>
        Assert.Equal($"{module}.{name}", Assert.IsType<PickleInstance>(Construct(module, name, "argument")).Type.FullName);

    [Theory]
    [InlineData("f4", "000040c0", -3.0)]
    [InlineData("f2", "00c2", -3.0)]
    [InlineData("i4", "fdffffff", -3L)]
    [InlineData("i2", "fdff", -3L)]
    [InlineData("i1", "fd", -3L)]
    [InlineData("u4", "fdffffff", 4294967293L)]
    [InlineData("u2", "fdff", 65533L)]
    [InlineData("u1", "fd", 253L)]
    [InlineData("b1", "01", true)]
    public void Construct_ANumpyScalar_GivesItsValue(string code, string hex, object expected) =>
        Assert.Equal(expected, Construct("numpy.core.multiarray", "scalar", new NumpyType(code), Convert.FromHexString(hex)));

    [Fact]
    public void Construct_ABigEndianNumpyScalar_GivesItsValue() =>
        Assert.Equal(258L, Construct("numpy._core.multiarray", "scalar", new NumpyType("i2") { BigEndian = true }, new byte[] { 1, 2 }));

    [Fact]
    public void Construct_ANumpyTextScalar_StaysAName() =>
        Assert.Equal(
            "numpy.U4",
            Assert.IsType<PickleInstance>(Construct("numpy.core.multiarray", "scalar", new NumpyType("U4"), new byte[16])).Type.FullName
        );

    [Fact]
    public void Construct_ANumpyScalarOfTheWrongLength_IsRefused() =>
        Assert.Equal(
            "VNC0309",
            Assert.Throws<CheckpointException>(() => Construct("numpy.core.multiarray", "scalar", new NumpyType("f8"), new byte[7])).Id
        );

    [Fact]
    public void Construct_AnOrderedDictOfPairs_KeepsTheirOrder()
    {
        object value = Construct("collections", "OrderedDict", new PickleList([Tuple("b", 1L), new PickleList(["a", 2L])]));

        Assert.Equal(["b", "a"], Assert.IsType<PickleDict>(value).Entries.Select(entry => entry.Key));
    }

    private static object Construct(string module, string name, params object?[] arguments) =>
        KnownGlobals.Construct(new PickleGlobal(module, name), new PickleTuple(arguments), new PickleBudget(CheckpointLimits.Default));

    private static PickleTuple Tuple(params object?[] items) => new(items);
}
