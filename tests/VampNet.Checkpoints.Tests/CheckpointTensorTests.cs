using System.IO.Hashing;
using System.Security.Cryptography;

namespace VampNet.Checkpoints.Tests;

public sealed class CheckpointTensorTests : IDisposable
{
    private readonly Checkpoint _odd = Checkpoint.Open(CheckpointZoo.Path("odd_tensors.pth"));

    public void Dispose() => _odd.Dispose();

    [Fact]
    public void CopyTo_ATransposedView_FollowsTheStrides()
    {
        CheckpointTensor transposed = _odd.Tensors["transposed"];
        float[] storage = [.. _odd.Tensors["view_a"].ToSingles(), .. _odd.Tensors["view_b"].ToSingles()];

        float[] values = transposed.ToSingles();

        Assert.False(transposed.IsContiguous);
        Assert.False(transposed.TryGetContiguousBytes(out _));
        Assert.Equal(Enumerable.Range(0, 60).Select(i => storage[i / 6 + i % 6 * 10]), values);
    }

    [Fact]
    public void ToSingles_ASliceWithAStep_TakesEveryThird()
    {
        float[] storage = [.. _odd.Tensors["view_a"].ToSingles(), .. _odd.Tensors["view_b"].ToSingles()];

        Assert.Equal([storage[7], storage[10], storage[13], storage[16]], _odd.Tensors["slice"].ToSingles());
    }

    [Fact]
    public void ToSingles_AnExpandedScalar_RepeatsIt() => Assert.Single(_odd.Tensors["expanded"].ToSingles().Distinct());

    [Fact]
    public void TryGetContiguousBytes_AViewIntoASharedStorage_IsNotCopied()
    {
        Assert.True(_odd.Tensors["view_b"].TryGetContiguousBytes(out ReadOnlySpan<byte> first));
        Assert.True(_odd.Tensors["view_b"].TryGetContiguousBytes(out ReadOnlySpan<byte> second));

        Assert.True(first == second, "Two reads gave two copies.");
        Assert.Equal(_odd.Tensors["view_a"].StorageName, _odd.Tensors["view_b"].StorageName);
    }

    [Theory]
    [InlineData("f16")]
    [InlineData("bf16")]
    [InlineData("f64")]
    [InlineData("scalar")]
    [InlineData("bool")]
    [InlineData("i8")]
    [InlineData("u8")]
    public void ToSingles_NarrowTypes_AreWidenedExactly(string name)
    {
        CheckpointTensor tensor = _odd.Tensors[name];
        byte[] bytes = tensor.ToBytes();

        float[] expected = tensor.ElementType switch
        {
            TensorElementType.Float16 => [.. bytes.Chunk(2).Select(b => (float)BitConverter.ToHalf(b))],
            TensorElementType.BFloat16 => [.. bytes.Chunk(2).Select(b => BitConverter.ToSingle([0, 0, .. b]))],
            TensorElementType.Float64 => [.. bytes.Chunk(8).Select(b => (float)BitConverter.ToDouble(b))],
            TensorElementType.Float32 => [.. bytes.Chunk(4).Select(b => BitConverter.ToSingle(b))],
            TensorElementType.Int8 => [.. bytes.Select(b => (float)(sbyte)b)],
            _ => [.. bytes.Select(b => (float)b)],
        };
        Assert.Equal(expected, tensor.ToSingles());
    }

    [Fact]
    public void ToInt64s_IntegerTypes_AgreeWithSingles()
    {
        foreach (string name in (string[])["i64", "i32", "i16", "i8", "u8", "bool"])
        {
            Assert.Equal(_odd.Tensors[name].ToSingles(), _odd.Tensors[name].ToInt64s().Select(value => (float)value));
        }
    }

    [Fact]
    public void ToInt64s_AFloatTensor_IsRefused() =>
        Assert.Equal("VNC0413", Assert.Throws<CheckpointException>(() => _odd.Tensors["f16"].ToInt64s()).Id);

    [Fact]
    public void CopyTo_AWrongLength_IsTheCallersFault()
    {
        Assert.Throws<ArgumentException>(() => _odd.Tensors["i8"].CopyTo(new float[4]));
        Assert.Throws<ArgumentException>(() => _odd.Tensors["i8"].CopyBytesTo(new byte[6]));
    }

    [Fact]
    public void ToBytes_AnEmptyTensor_GivesNone()
    {
        Assert.Empty(_odd.Tensors["empty"].ToBytes());
        Assert.True(_odd.Tensors["empty"].IsContiguous);
    }

    [Fact]
    public void ComputeSha256_OfAnyStrides_IsThatOfTheBytes() =>
        Assert.All(
            _odd.TensorList,
            tensor => Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(tensor.ToBytes())), tensor.ComputeSha256())
        );

    [Fact]
    public void ComputeXxHash128_OfAnyStrides_IsThatOfTheBytes() =>
        Assert.All(
            _odd.TensorList,
            tensor => Assert.Equal(Convert.ToHexStringLower(XxHash128.Hash(tensor.ToBytes())), tensor.ComputeXxHash128())
        );

    [Fact]
    public void ToBytes_AfterTheCheckpointIsClosed_Throws()
    {
        Checkpoint checkpoint = Checkpoint.Open(CheckpointZoo.Path("parameter.pth"));
        CheckpointTensor tensor = checkpoint.Tensors["w"];
        checkpoint.Dispose();

        Assert.Throws<ObjectDisposedException>(() => tensor.ToBytes());
    }
}
