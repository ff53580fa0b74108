using VampNet.Checkpoints.Metadata;

namespace VampNet.Checkpoints.Tests;

public sealed class SafeTensorsWriterTests
{
    [Fact]
    public void Write_EveryElementTypeOfTheZoo_ReadsBackTheSame()
    {
        using Checkpoint odd = Checkpoint.Open(CheckpointZoo.Path("odd_tensors.pth"));
        using MemoryStream stream = new();

        SafeTensorsWriter.Write(
            stream,
            odd.TensorList.Select(TensorEntry.From),
            new Dictionary<string, string> { ["b"] = "2", ["a"] = "\"é\"" }
        );
        using Checkpoint read = Checkpoint.Read(stream.ToArray(), "written");

        Assert.Equal(
            CheckpointZoo.Expected("odd_tensors.pth"),
            read.TensorList.Select(tensor => new CheckpointZoo.ExpectedTensor(
                tensor.Name,
                tensor.ElementType.TorchName(),
                string.Join(",", tensor.Shape),
                tensor.ComputeSha256()
            ))
        );
        Assert.Equal("""{"a":"\"é\"","b":"2"}""", read.Metadata.ToJson());
    }

    [Fact]
    public void Write_AnyHeader_AlignsTheDataTo8Bytes()
    {
        using MemoryStream stream = new();

        SafeTensorsWriter.Write(stream, [TensorEntry.From("w", [1, 2], 2, 1)]);

        byte[] bytes = stream.ToArray();
        Assert.Equal(0, BitConverter.ToInt64(bytes) % 8);
        Assert.Equal(
            "{\"w\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[0,8]}}",
            System.Text.Encoding.ASCII.GetString(bytes[8..^8]).TrimEnd()
        );
    }

    [Fact]
    public void Write_TwoTensorsOfOneName_IsTheCallersFault() =>
        Assert.Throws<ArgumentException>(() =>
            SafeTensorsWriter.Write(Stream.Null, [TensorEntry.From("w", [1], 1), TensorEntry.From("w", [1], 1)])
        );

    [Fact]
    public void Write_ATensorNamedMetadata_IsTheCallersFault() =>
        Assert.Throws<ArgumentException>(() => SafeTensorsWriter.Write(Stream.Null, [TensorEntry.From("__metadata__", [1], 1)]));

    [Fact]
    public void WriteFile_Complete_AppearsUnderItsName()
    {
        using TemporaryFolder folder = new();

        SafeTensorsWriter.WriteFile(folder.File("w.safetensors"), [TensorEntry.From("w", [1, 2], 2)]);

        using Checkpoint read = Checkpoint.Open(folder.File("w.safetensors"));
        Assert.Equal([1f, 2f], read.Tensors["w"].ToSingles());
        Assert.Equal(["w.safetensors"], folder.Names);
    }
}
