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
            written, checkpoint.TensorList.Select(TensorEntry.From), checkpoint.Metadata, Path.GetFileNameWithoutExtension(path), checkpoint.ModuleVersions);

        Assert.True(File.ReadAllBytes(path).AsSpan().SequenceEqual(written.ToArray()), $"{file}: the rewritten file differs.");
    }
}
