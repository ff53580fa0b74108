namespace VampNet.Export.Tests;

public class ExportOptionsTests
{
    [Theory]
    [InlineData(16)]
    [InlineData(24)]
    public void Opset_OutsideTheSupportedRange_Throws(int opset) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExportOptions { Opset = opset });

    [Fact]
    public void Default_IsOpset20Portable() =>
        Assert.Equal(new ExportOptions { Opset = 20, Target = ExportTarget.Portable }, ExportOptions.Default);
}
