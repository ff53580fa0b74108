using VampNet.Checkpoints.Metadata;
using VampNet.Checkpoints.Storages;
using VampNet.Checkpoints.Zip;
using VampNet.TestSupport;

namespace VampNet.Checkpoints.Tests;

public sealed class PthWriterTests
{
    [Theory]
    [InlineData("checkpoint_zoo/weights.pth")]
    [InlineData("checkpoint_zoo/codec_weights.pth")]
    [InlineData("tiny/coarse.pth")]
    [InlineData("tiny/c2f.pth")]
    [InlineData("tiny/codec.pth")]
    [InlineData("micro/coarse.pth")]
    [InlineData("micro/c2f.pth")]
    [InlineData("micro/codec.pth")]
    public void Write_WhatPyTorchWrote_GivesTheSameFile(string file)
    {
        string path = Golden.Path(file);
        using Checkpoint checkpoint = Checkpoint.Open(path);
        using MemoryStream written = new();

        PthWriter.Write(
            written,
            checkpoint.TensorList.Select(TensorEntry.From),
            checkpoint.Metadata,
            Path.GetFileNameWithoutExtension(path),
            checkpoint.ModuleVersions
        );

        Assert.True(File.ReadAllBytes(path).AsSpan().SequenceEqual(written.ToArray()), $"{file}: the rewritten file differs.");
    }

    [Fact]
    public void WriteStateDict_OfABareDict_IsTorchSavesFileToTheByte()
    {
        string path = Golden.Path("tune/coarse_lora.pth");
        using Checkpoint original = Checkpoint.Open(path);
        using MemoryStream written = new();

        PthWriter.WriteStateDict(written, original.TensorList.Select(TensorEntry.From), "coarse_lora");

        Assert.Equal(File.ReadAllBytes(path), written.ToArray());
    }

    [Fact]
    public void Write_EveryElementTypePyTorchHasStoragesFor_ReadsBackTheSame()
    {
        using Checkpoint odd = Checkpoint.Open(CheckpointZoo.Path("odd_tensors.pth"));
        using MemoryStream stream = new();
        MetadataValue.Mapping metadata = new([
            .. ((MetadataValue.Mapping)odd.Metadata).Entries.Where(entry => entry.Value is not MetadataValue.Opaque),
        ]);

        PthWriter.Write(stream, odd.TensorList.Select(TensorEntry.From), metadata);
        using Checkpoint read = Archives.Read(stream.ToArray());

        Assert.Equal(
            CheckpointZoo.Expected("odd_tensors.pth"),
            read.TensorList.Select(tensor => new CheckpointZoo.ExpectedTensor(
                tensor.Name,
                tensor.ElementType.TorchName(),
                string.Join(",", tensor.Shape),
                tensor.ComputeSha256()
            ))
        );
        Assert.Equal(metadata.ToJson(), read.Metadata.ToJson());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(999)]
    [InlineData(1000)]
    [InlineData(1001)]
    [InlineData(2000)]
    public void Write_BatchesOfAThousand_ReadBackTheSame(int count)
    {
        using MemoryStream stream = new();

        PthWriter.Write(stream, Enumerable.Range(0, count).Select(i => TensorEntry.From($"w{i}", [i], 1)), MetadataValue.EmptyMapping);
        using Checkpoint read = Archives.Read(stream.ToArray());

        Assert.Equal(Enumerable.Range(0, count).Select(i => (float)i), read.TensorList.Select(tensor => tensor.ToSingles()[0]));
    }

    [Fact]
    public void Write_AnyStorage_StartsAtAMultipleOf64()
    {
        using MemoryStream stream = new();
        PthWriter.Write(
            stream,
            Enumerable.Range(1, 30).Select(i => TensorEntry.From($"w{i}", new float[i], i)),
            MetadataValue.EmptyMapping
        );
        byte[] bytes = stream.ToArray();
        using MemoryBytes source = new("written", bytes);

        Assert.All(
            ZipDirectory.Read(source, CheckpointLimits.Default),
            entry =>
                Assert.Equal(
                    0,
                    (
                        entry.HeaderOffset
                        + 30
                        + BitConverter.ToUInt16(bytes, (int)entry.HeaderOffset + 26)
                        + BitConverter.ToUInt16(bytes, (int)entry.HeaderOffset + 28)
                    ) % 64
                )
        );
    }

    [Fact]
    public void Write_AnElementTypeWithoutAStorageClass_IsTheCallersFault() =>
        Assert.Throws<ArgumentException>(() =>
            PthWriter.Write(
                Stream.Null,
                [new TensorEntry("w", TensorElementType.UInt16, [1], bytes => bytes.Clear())],
                MetadataValue.EmptyMapping
            )
        );

    [Fact]
    public void Write_MetadataThatIsNotPlain_IsTheCallersFault() =>
        Assert.Throws<ArgumentException>(() =>
            PthWriter.Write(Stream.Null, [TensorEntry.From("w", [1], 1)], new MetadataValue.Opaque("os.system"))
        );

    [Fact]
    public void WriteFile_WhenATensorFails_LeavesTheOlderFileAndNothingElse()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("model.pth");
        PthWriter.WriteFile(path, [TensorEntry.From("w", [1], 1)], MetadataValue.EmptyMapping);
        byte[] before = File.ReadAllBytes(path);

        Assert.Throws<InvalidDataException>(() =>
            PthWriter.WriteFile(
                path,
                [new TensorEntry("w", TensorElementType.Float32, [1], _ => throw new InvalidDataException())],
                MetadataValue.EmptyMapping
            )
        );

        Assert.Equal(["model.pth"], folder.Names);
        Assert.Equal(before, File.ReadAllBytes(path));
    }
}
