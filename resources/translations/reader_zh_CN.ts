<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>reader</name>
  <message>
   <source> </source>
   <translation>​</translation>
  </message>
  <message>
   <source> ({reasons})</source>
   <translation>（{reasons}）</translation>
  </message>
  <message>
   <source>, </source>
   <translation>，</translation>
  </message>
  <message>
   <source>1 AI finding not reviewed</source>
   <translation>1 项 AI 所见未审阅</translation>
  </message>
  <message>
   <source>1 day</source>
   <translation>1 天</translation>
  </message>
  <message>
   <source>1 file was not opened.</source>
   <translation>有 1 个文件未打开。</translation>
  </message>
  <message>
   <source>1 finding</source>
   <translation>1 项所见</translation>
  </message>
  <message>
   <source>1 frame</source>
   <translation>1 帧</translation>
  </message>
  <message>
   <source>1 image</source>
   <translation>1 幅图像</translation>
  </message>
  <message>
   <source>1 image or object</source>
   <translation>1 幅图像或对象</translation>
  </message>
  <message>
   <source>1 mark</source>
   <translation>1 个标记</translation>
  </message>
  <message>
   <source>1 measurement has no place in the images that are open.</source>
   <translation>有 1 项测量在已打开的图像中没有对应位置。</translation>
  </message>
  <message>
   <source>1 rejected finding{why} stays in the record.</source>
   <translation>1 项已排除的所见{why}保留在记录中。</translation>
  </message>
  <message>
   <source>1 segment</source>
   <translation>1 个分割</translation>
  </message>
  <message>
   <source>1 series</source>
   <translation>1 个序列</translation>
  </message>
  <message>
   <source>1 slice</source>
   <translation>1 层</translation>
  </message>
  <message>
   <source>1 thing left</source>
   <translation>还剩 1 件事</translation>
  </message>
  <message>
   <source>1 to 6 reason, until you move on</source>
   <translation>1 至 6 选择原因，直到转到下一项</translation>
  </message>
  <message>
   <source>2D</source>
   <translation>2D</translation>
  </message>
  <message>
   <source>2D or 3D brush</source>
   <translation>2D 或 3D 画笔</translation>
  </message>
  <message>
   <source>3-D overview</source>
   <translation>三维概览</translation>
  </message>
  <message>
   <source>3-D overview, or slices again</source>
   <translation>三维概览与层面切换</translation>
  </message>
  <message>
   <source>3D ball</source>
   <translation>3D 球</translation>
  </message>
  <message>
   <source>7-Zip archives are not supported.</source>
   <translation>不支持 7-Zip 压缩包。</translation>
  </message>
  <message>
   <source>95 % interval</source>
   <translation>95% 置信区间</translation>
  </message>
  <message>
   <source>A BMP picture, not a medical image file.</source>
   <translation>BMP 图片，不是医学影像文件。</translation>
  </message>
  <message>
   <source>A GIF picture, not a medical image file.</source>
   <translation>GIF 图片，不是医学影像文件。</translation>
  </message>
  <message>
   <source>A JPEG picture, not a medical image file.</source>
   <translation>JPEG 图片，不是医学影像文件。</translation>
  </message>
  <message>
   <source>A PDF document, not an image file.</source>
   <translation>PDF 文档，不是影像文件。</translation>
  </message>
  <message>
   <source>A PNG picture, not a medical image file.</source>
   <translation>PNG 图片，不是医学影像文件。</translation>
  </message>
  <message>
   <source>A TIFF picture, not a medical image file.</source>
   <translation>TIFF 图片，不是医学影像文件。</translation>
  </message>
  <message>
   <source>A compressed file that holds no image.</source>
   <translation>压缩文件，其中没有图像。</translation>
  </message>
  <message>
   <source>A document, program or data package, not an archive of images.</source>
   <translation>文档、程序或数据包，不是图像压缩包。</translation>
  </message>
  <message>
   <source>A drawing in the report differs from the one on screen.</source>
   <translation>报告中的一处绘图与屏幕上的不一致。</translation>
  </message>
  <message>
   <source>A file has changed since the folder was looked through.</source>
   <translation>扫描文件夹之后，有一个文件发生了变化。</translation>
  </message>
  <message>
   <source>A file of the series could not be read.</source>
   <translation>序列中有一个文件无法读取。</translation>
  </message>
  <message>
   <source>A file of the series has been replaced by another.</source>
   <translation>序列中有一个文件已被另一个文件替换。</translation>
  </message>
  <message>
   <source>A file of this format can hold a program</source>
   <translation>此格式的文件可能包含程序</translation>
  </message>
  <message>
   <source>A file of this format can hold a program that runs on your computer.</source>
   <translation>此格式的文件可能包含会在您计算机上运行的程序。</translation>
  </message>
  <message>
   <source>A finding has an extent in three dimensions, and these images are no volume.</source>
   <translation>所见在三维中有范围，而这些图像不构成体数据。</translation>
  </message>
  <message>
   <source>A finding is measured from the values of an image, and colours are none.</source>
   <translation>所见由图像的数值测得，而彩色不是数值。</translation>
  </message>
  <message>
   <source>A flat brush paints one stored slice, and this plane lies across them.</source>
   <translation>平面画笔绘制在一个存储层面上，而此平面横穿这些层面。</translation>
  </message>
  <message>
   <source>A lookup table in the header is damaged.</source>
   <translation>文件头中的查找表已损坏。</translation>
  </message>
  <message>
   <source>A measurement has no outline to paint.</source>
   <translation>测量没有可涂画的轮廓。</translation>
  </message>
  <message>
   <source>A measurement in the report differs from the one on screen.</source>
   <translation>报告中的一项测量与屏幕上的不一致。</translation>
  </message>
  <message>
   <source>A measuring tool stays in the hand after one measurement.</source>
   <translation>完成一次测量后，仍保留测量工具。</translation>
  </message>
  <message>
   <source>A path needs two points at least.</source>
   <translation>路径至少需要两个点。</translation>
  </message>
  <message>
   <source>A scout view: a projection, in which lengths across the table are right only at the height of the isocentre.</source>
   <translation>定位像：一种投影，只有在等中心高度上横跨检查床的长度才正确。</translation>
  </message>
  <message>
   <source>A segment has no number.</source>
   <translation>有一个分割没有编号。</translation>
  </message>
  <message>
   <source>A series along a drawn path is gone when its study is closed.</source>
   <translation>沿路径的序列在检查关闭后不再存在。</translation>
  </message>
  <message>
   <source>A series in colour cannot be laid over another.</source>
   <translation>彩色序列不能叠加到另一序列上。</translation>
  </message>
  <message>
   <source>A single slice has nothing above or below it.</source>
   <translation>单层图像上下没有其他层面。</translation>
  </message>
  <message>
   <source>A single slice, {thickness:g} mm thick.</source>
   <translation>仅一层，层厚 {thickness:g} mm。</translation>
  </message>
  <message>
   <source>A single slice.</source>
   <translation>仅一层。</translation>
  </message>
  <message>
   <source>A step took more than {s:.0f} seconds.</source>
   <translation>有一步用时超过 {s:.0f} 秒。</translation>
  </message>
  <message>
   <source>A step was cancelled.</source>
   <translation>有一步被取消。</translation>
  </message>
  <message>
   <source>A text file, not an image file.</source>
   <translation>文本文件，不是影像文件。</translation>
  </message>
  <message>
   <source>A training scan could not be opened.</source>
   <translation>一份训练扫描无法打开。</translation>
  </message>
  <message>
   <source>A video, sound or picture file, not a medical image file.</source>
   <translation>视频、音频或图片文件，不是医学图像文件。</translation>
  </message>
  <message>
   <source>ADC</source>
   <translation>ADC</translation>
  </message>
  <message>
   <source>AI</source>
   <translation>AI</translation>
  </message>
  <message>
   <source>AI hidden</source>
   <translation>AI 已隐藏</translation>
  </message>
  <message>
   <source>AI influence over the image</source>
   <translation>图像上叠加 AI 影响图</translation>
  </message>
  <message>
   <source>AI influence, not evidence</source>
   <translation>AI 影响图，并非证据</translation>
  </message>
  <message>
   <source>AI marks: outline, heatmap, off</source>
   <translation>AI 标记：轮廓、热图、关闭</translation>
  </message>
  <message>
   <source>AI on {count} CPU cores</source>
   <translation>AI 使用 {count} 个 CPU 核</translation>
  </message>
  <message>
   <source>AI score</source>
   <translation>AI 得分</translation>
  </message>
  <message>
   <source>AI score over the image</source>
   <translation>图像上叠加 AI 评分</translation>
  </message>
  <message>
   <source>AI server</source>
   <translation>AI 服务器</translation>
  </message>
  <message>
   <source>AI uncertainty</source>
   <translation>AI 不确定性</translation>
  </message>
  <message>
   <source>AI uncertainty over the image</source>
   <translation>图像上叠加 AI 不确定性</translation>
  </message>
  <message>
   <source>AI used: {model} {version}, shown while reading. Of its {total} findings: {confirmed} confirmed, {edited} edited, {rejected} rejected, {open} not reviewed.</source>
   <translation>所用 AI：{model} {version}，阅片时显示。其 {total} 项所见中：确认 {confirmed} 项，修改 {edited} 项，排除 {rejected} 项，未审阅 {open} 项。</translation>
  </message>
  <message>
   <source>AI {number}</source>
   <translation>AI {number}</translation>
  </message>
  <message>
   <source>AI {size}</source>
   <translation>AI {size}</translation>
  </message>
  <message>
   <source>AI, confirmed</source>
   <translation>AI，已确认</translation>
  </message>
  <message>
   <source>AI, edited by you</source>
   <translation>AI，由您修改</translation>
  </message>
  <message>
   <source>AI, not reviewed</source>
   <translation>AI，未审阅</translation>
  </message>
  <message>
   <source>AI, rejected</source>
   <translation>AI，已排除</translation>
  </message>
  <message>
   <source>AI, to review</source>
   <translation>AI，待审阅</translation>
  </message>
  <message>
   <source>AI: dashed outline</source>
   <translation>AI：虚线轮廓</translation>
  </message>
  <message>
   <source>Abdomen</source>
   <translation>腹部窗</translation>
  </message>
  <message>
   <source>About 1 image that is not among these files.</source>
   <translation>针对 1 幅不在这些文件中的图像。</translation>
  </message>
  <message>
   <source>About Reading Room</source>
   <translation>关于 Reading Room</translation>
  </message>
  <message>
   <source>About {count} images that are not among these files.</source>
   <translation>针对 {count} 幅不在这些文件中的图像。</translation>
  </message>
  <message>
   <source>Action or key</source>
   <translation>操作或按键</translation>
  </message>
  <message>
   <source>Actions and their keys</source>
   <translation>操作及其键位</translation>
  </message>
  <message>
   <source>Add</source>
   <translation>添加</translation>
  </message>
  <message>
   <source>Add a model's file</source>
   <translation>添加模型文件</translation>
  </message>
  <message>
   <source>Add a model's folder</source>
   <translation>添加模型文件夹</translation>
  </message>
  <message>
   <source>Add at the crosshair</source>
   <translation>在十字线处添加</translation>
  </message>
  <message>
   <source>Add missed</source>
   <translation>添加漏检</translation>
  </message>
  <message>
   <source>Add one with `reader models add`, or install the application again.</source>
   <translation>请用 `reader models add` 添加，或重新安装本程序。</translation>
  </message>
  <message>
   <source>Add the finding again when all slices are there.</source>
   <translation>等所有层面齐全后重新添加该所见。</translation>
  </message>
  <message>
   <source>Add the model again, so that its card is written anew.</source>
   <translation>请重新添加该模型，以便重写其模型卡。</translation>
  </message>
  <message>
   <source>Add what you see with {add}. No model is installed.</source>
   <translation>用 {add} 添加您看到的内容。未安装模型。</translation>
  </message>
  <message>
   <source>Add what you see with {add}. The AI is still working.</source>
   <translation>用 {add} 添加您看到的内容。AI 仍在运行。</translation>
  </message>
  <message>
   <source>Added</source>
   <translation>已添加</translation>
  </message>
  <message>
   <source>Added by you</source>
   <translation>由您添加</translation>
  </message>
  <message>
   <source>Adding a missed finding</source>
   <translation>正在添加漏检的所见</translation>
  </message>
  <message>
   <source>Adding {name}</source>
   <translation>正在添加 {name}</translation>
  </message>
  <message>
   <source>Address of the AI server, such as grpcs://gpu.example.org:8001.</source>
   <translation>AI 服务器的地址，例如 grpcs://gpu.example.org:8001。</translation>
  </message>
  <message>
   <source>Age</source>
   <translation>年龄</translation>
  </message>
  <message>
   <source>All on disk. {count} steps can be undone.</source>
   <translation>全部已写入磁盘。可撤销 {count} 步。</translation>
  </message>
  <message>
   <source>All {count} images lie at one place: they are shown one after the other, not as a volume. Lengths within an image are right.</source>
   <translation>全部 {count} 幅图像位于同一位置：逐幅显示，不作为体数据。单幅图像内的长度正确。</translation>
  </message>
  <message>
   <source>Along a path</source>
   <translation>沿路径</translation>
  </message>
  <message>
   <source>Alt left drag</source>
   <translation>Alt 左键拖动</translation>
  </message>
  <message>
   <source>Alt wheel</source>
   <translation>Alt 滚轮</translation>
  </message>
  <message>
   <source>Alt wheel one side</source>
   <translation>Alt 滚轮单侧翻层</translation>
  </message>
  <message>
   <source>Always</source>
   <translation>始终</translation>
  </message>
  <message>
   <source>Always hang such studies so</source>
   <translation>此类检查始终如此挂片</translation>
  </message>
  <message>
   <source>Always so</source>
   <translation>始终使用</translation>
  </message>
  <message>
   <source>An Analyze 7.5 header, which does not say which side is left.</source>
   <translation>Analyze 7.5 文件头，没有说明哪一侧是左。</translation>
  </message>
  <message>
   <source>An XML document, not an image file.</source>
   <translation>XML 文档，不是图像文件。</translation>
  </message>
  <message>
   <source>An archive inside an archive is not opened.</source>
   <translation>压缩包内的压缩包不会打开。</translation>
  </message>
  <message>
   <source>An archive: unpack it and open the folder.</source>
   <translation>压缩包：请解压后打开文件夹。</translation>
  </message>
  <message>
   <source>An earlier study is hung beside at once where a hanging protocol shows one.</source>
   <translation>挂片方案需要既往检查时，立即将其显示在旁。</translation>
  </message>
  <message>
   <source>Angiogram</source>
   <translation>血管造影</translation>
  </message>
  <message>
   <source>Angle</source>
   <translation>角度</translation>
  </message>
  <message>
   <source>Another folder</source>
   <translation>其他文件夹</translation>
  </message>
  <message>
   <source>Another model</source>
   <translation>其他模型</translation>
  </message>
  <message>
   <source>Another model is being added.</source>
   <translation>正在添加另一个模型。</translation>
  </message>
  <message>
   <source>Another study of this patient is in the library.</source>
   <translation>资料库中有该患者的另一项检查。</translation>
  </message>
  <message>
   <source>Any date</source>
   <translation>任何日期</translation>
  </message>
  <message>
   <source>Any modality</source>
   <translation>任何检查类型</translation>
  </message>
  <message>
   <source>Applies to</source>
   <translation>适用于</translation>
  </message>
  <message>
   <source>Architecture</source>
   <translation>网络结构</translation>
  </message>
  <message>
   <source>Archives compressed with bzip2 are not supported.</source>
   <translation>不支持 bzip2 压缩的归档。</translation>
  </message>
  <message>
   <source>Archives compressed with xz are not supported.</source>
   <translation>不支持 xz 压缩的归档。</translation>
  </message>
  <message>
   <source>Area {value}</source>
   <translation>面积 {value}</translation>
  </message>
  <message>
   <source>Arrow</source>
   <translation>箭头</translation>
  </message>
  <message>
   <source>Artifact</source>
   <translation>伪影</translation>
  </message>
  <message>
   <source>As in</source>
   <translation>仿照</translation>
  </message>
  <message>
   <source>Ask about another.</source>
   <translation>请询问其他所见。</translation>
  </message>
  <message>
   <source>Ask for it to be exported again.</source>
   <translation>请对方重新导出。</translation>
  </message>
  <message>
   <source>Ask its makers for a network from one image to labels of the same size.</source>
   <translation>请向制作者索取“由一幅图像得到同尺寸标签”的网络。</translation>
  </message>
  <message>
   <source>Ask whoever signs models for your site; the setting allows others.</source>
   <translation>请联系本机构负责模型签名的人员；在设置中可允许其他模型。</translation>
  </message>
  <message>
   <source>Asking a model why needs the package captum.</source>
   <translation>询问模型原因需要软件包 captum。</translation>
  </message>
  <message>
   <source>Asking the model why</source>
   <translation>正在询问模型原因</translation>
  </message>
  <message>
   <source>At {threshold}</source>
   <translation>阈值 {threshold}</translation>
  </message>
  <message>
   <source>Auto</source>
   <translation>自动</translation>
  </message>
  <message>
   <source>Automatic</source>
   <translation>自动</translation>
  </message>
  <message>
   <source>Automatic window</source>
   <translation>自动窗宽窗位</translation>
  </message>
  <message>
   <source>Axial</source>
   <translation>轴位</translation>
  </message>
  <message>
   <source>Axial oblique</source>
   <translation>斜轴位</translation>
  </message>
  <message>
   <source>Back</source>
   <translation>返回</translation>
  </message>
  <message>
   <source>Before signing</source>
   <translation>签署之前</translation>
  </message>
  <message>
   <source>Benchmark</source>
   <translation>基准测试</translation>
  </message>
  <message>
   <source>Benign</source>
   <translation>良性</translation>
  </message>
  <message>
   <source>Best fit again</source>
   <translation>恢复最佳匹配</translation>
  </message>
  <message>
   <source>Between the pixels of enlarged images. Labels are never smoothed.</source>
   <translation>放大图像时像素之间的插值。分割标签从不平滑。</translation>
  </message>
  <message>
   <source>Body part</source>
   <translation>部位</translation>
  </message>
  <message>
   <source>Body part by its image</source>
   <translation>由图像判断的部位</translation>
  </message>
  <message>
   <source>Bone</source>
   <translation>骨窗</translation>
  </message>
  <message>
   <source>Bone kernel</source>
   <translation>骨窗卷积核</translation>
  </message>
  <message>
   <source>Brain</source>
   <translation>脑窗</translation>
  </message>
  <message>
   <source>Bringing back what was decided</source>
   <translation>正在恢复此前的决定</translation>
  </message>
  <message>
   <source>Brush</source>
   <translation>画笔</translation>
  </message>
  <message>
   <source>Brush size</source>
   <translation>画笔大小</translation>
  </message>
  <message>
   <source>Brush stroke</source>
   <translation>笔画</translation>
  </message>
  <message>
   <source>Building the chest</source>
   <translation>正在构建胸部模型</translation>
  </message>
  <message>
   <source>Bundles written in YAML need a package that is not installed.</source>
   <translation>以 YAML 编写的 bundle 需要一个未安装的软件包。</translation>
  </message>
  <message>
   <source>By name</source>
   <translation>按姓名</translation>
  </message>
  <message>
   <source>By others</source>
   <translation>来自他人</translation>
  </message>
  <message>
   <source>By study date</source>
   <translation>按检查日期</translation>
  </message>
  <message>
   <source>CPU</source>
   <translation>CPU</translation>
  </message>
  <message>
   <source>CT abdomen</source>
   <translation>CT 腹部</translation>
  </message>
  <message>
   <source>CT abdomen, phases</source>
   <translation>CT 腹部，多期相</translation>
  </message>
  <message>
   <source>CT angiography</source>
   <translation>CT 血管造影窗</translation>
  </message>
  <message>
   <source>CT chest</source>
   <translation>CT 胸部</translation>
  </message>
  <message>
   <source>CT chest, lung and soft kernel</source>
   <translation>CT 胸部，肺与软组织卷积核</translation>
  </message>
  <message>
   <source>CT head, brain and bone</source>
   <translation>CT 头部，脑窗与骨窗</translation>
  </message>
  <message>
   <source>CT with prior</source>
   <translation>CT 与既往检查</translation>
  </message>
  <message>
   <source>CT, lung and mediastinum</source>
   <translation>CT，肺窗与纵隔窗</translation>
  </message>
  <message>
   <source>Calibrated</source>
   <translation>已校准</translation>
  </message>
  <message>
   <source>Card</source>
   <translation>模型卡</translation>
  </message>
  <message>
   <source>Change keys</source>
   <translation>更改键位</translation>
  </message>
  <message>
   <source>Change them where they run.</source>
   <translation>请在运行它们的地方更改。</translation>
  </message>
  <message>
   <source>Check</source>
   <translation>检查项</translation>
  </message>
  <message>
   <source>Check that they are all there and may be read, then add it again.</source>
   <translation>请检查文件是否齐全且可读，然后重新添加。</translation>
  </message>
  <message>
   <source>Check that you may write to its folder and that the disk is connected.</source>
   <translation>请确认您可以写入其所在文件夹，并且磁盘已连接。</translation>
  </message>
  <message>
   <source>Check the disk and export again.</source>
   <translation>请检查磁盘后重新导出。</translation>
  </message>
  <message>
   <source>Check the disk or the connection.</source>
   <translation>请检查磁盘或连接。</translation>
  </message>
  <message>
   <source>Check the disk, or unpack it yourself and add the folder.</source>
   <translation>请检查磁盘，或自行解压后添加该文件夹。</translation>
  </message>
  <message>
   <source>Check the disk, then add it again.</source>
   <translation>请检查磁盘，然后重新添加。</translation>
  </message>
  <message>
   <source>Check the disk, then choose again.</source>
   <translation>请检查磁盘，然后重新选择。</translation>
  </message>
  <message>
   <source>Check the disk, then do it again.</source>
   <translation>请检查磁盘后重做。</translation>
  </message>
  <message>
   <source>Check the disk, then move the slider again.</source>
   <translation>请检查磁盘，然后再次移动滑块。</translation>
  </message>
  <message>
   <source>Check the disk, then save it again.</source>
   <translation>请检查磁盘后重新保存。</translation>
  </message>
  <message>
   <source>Check the disk, then try again.</source>
   <translation>请检查磁盘，然后重试。</translation>
  </message>
  <message>
   <source>Check the path; `reader models keys new` makes one.</source>
   <translation>请检查路径；`reader models keys new` 可生成密钥。</translation>
  </message>
  <message>
   <source>Checked: the files are the card's, and it ran on a test volume.</source>
   <translation>已检查：文件与模型卡一致，并已在测试体数据上运行。</translation>
  </message>
  <message>
   <source>Checking</source>
   <translation>正在检查</translation>
  </message>
  <message>
   <source>Checking a model</source>
   <translation>正在检查模型</translation>
  </message>
  <message>
   <source>Chest CT with AI, works offline</source>
   <translation>胸部 CT 与 AI，可离线使用</translation>
  </message>
  <message>
   <source>Chest CT: lungs and nodules</source>
   <translation>胸部 CT：肺与结节</translation>
  </message>
  <message>
   <source>Chest film, frontal and lateral</source>
   <translation>胸片，正侧位</translation>
  </message>
  <message>
   <source>Choose NIfTI or JSON, or mark the findings on the series it was made from.</source>
   <translation>请选择 NIfTI 或 JSON，或在原始序列上标记所见。</translation>
  </message>
  <message>
   <source>Choose NIfTI or JSON.</source>
   <translation>请选择 NIfTI 或 JSON。</translation>
  </message>
  <message>
   <source>Choose a file that does not exist yet, in a folder you may write to.</source>
   <translation>请选择一个尚不存在的文件，且其文件夹可写。</translation>
  </message>
  <message>
   <source>Choose a file that was exported from the page where keys are changed.</source>
   <translation>请选择从更改键位页面导出的文件。</translation>
  </message>
  <message>
   <source>Choose a folder that holds one.</source>
   <translation>请选择含有其他检查的文件夹。</translation>
  </message>
  <message>
   <source>Choose a grey-scale series.</source>
   <translation>请选择灰度序列。</translation>
  </message>
  <message>
   <source>Choose a layout with more.</source>
   <translation>请选择视口更多的布局。</translation>
  </message>
  <message>
   <source>Choose a segment that has voxels.</source>
   <translation>请选择含有体素的分割。</translation>
  </message>
  <message>
   <source>Choose a series for each of them.</source>
   <translation>请为每一项选择一个序列。</translation>
  </message>
  <message>
   <source>Choose a series of the kind that its card names.</source>
   <translation>请选择模型卡所写类型的序列。</translation>
  </message>
  <message>
   <source>Choose a study to compare with first.</source>
   <translation>请先选择要对比的检查。</translation>
  </message>
  <message>
   <source>Choose another file.</source>
   <translation>请选择其他文件。</translation>
  </message>
  <message>
   <source>Choose another folder, or free some space, and try again.</source>
   <translation>请选择其他文件夹，或释放一些空间后重试。</translation>
  </message>
  <message>
   <source>Choose another folder.</source>
   <translation>请选择其他文件夹。</translation>
  </message>
  <message>
   <source>Choose another model to run instead.</source>
   <translation>请改选其他模型运行。</translation>
  </message>
  <message>
   <source>Choose another model; this one does not keep track of what it does.</source>
   <translation>请选择其他模型；此模型不记录其处理过程。</translation>
  </message>
  <message>
   <source>Choose another one in the list.</source>
   <translation>请在列表中选择另一个。</translation>
  </message>
  <message>
   <source>Choose another one.</source>
   <translation>请选择另一个。</translation>
  </message>
  <message>
   <source>Choose another slice or plane.</source>
   <translation>请选择其他层面或方位。</translation>
  </message>
  <message>
   <source>Choose chest-ct.</source>
   <translation>请选择 chest-ct。</translation>
  </message>
  <message>
   <source>Choose it in the list of series to read it.</source>
   <translation>在序列列表中选择它即可读取。</translation>
  </message>
  <message>
   <source>Choose it to open it next</source>
   <translation>选择它，接下来打开</translation>
  </message>
  <message>
   <source>Choose one from the list of series.</source>
   <translation>请从序列列表中选择一个。</translation>
  </message>
  <message>
   <source>Choose other modalities or dates to see more.</source>
   <translation>选择其他检查类型或日期可看到更多。</translation>
  </message>
  <message>
   <source>Choose series of one examination, taken without moving the patient.</source>
   <translation>请选择同一次检查中、患者未移动时采集的序列。</translation>
  </message>
  <message>
   <source>Choose the dataset's folder with the trained folders of both stages in it.</source>
   <translation>请选择包含两个阶段训练文件夹的数据集文件夹。</translation>
  </message>
  <message>
   <source>Choose the further series that its card names.</source>
   <translation>请选择模型卡所写的其余序列。</translation>
  </message>
  <message>
   <source>Choose the processor (CPU), or install a driver and a CUDA build of PyTorch.</source>
   <translation>请选择处理器（CPU），或安装显卡驱动和 CUDA 版 PyTorch。</translation>
  </message>
  <message>
   <source>Choose this computer in the settings, or ask whoever runs the server.</source>
   <translation>请在设置中选择本机，或联系服务器管理人员。</translation>
  </message>
  <message>
   <source>Choose where the AI runs in the settings.</source>
   <translation>请在设置中选择 AI 的运行位置。</translation>
  </message>
  <message>
   <source>Cine</source>
   <translation>电影</translation>
  </message>
  <message>
   <source>Clearing away</source>
   <translation>正在清理</translation>
  </message>
  <message>
   <source>Click a point</source>
   <translation>点击一个点</translation>
  </message>
  <message>
   <source>Click along the path</source>
   <translation>沿路径依次点击</translation>
  </message>
  <message>
   <source>Click along what you want to follow, then press Enter.</source>
   <translation>请沿要追踪的结构依次点击，然后按 Enter。</translation>
  </message>
  <message>
   <source>Click an end, the corner, the other end</source>
   <translation>依次点击一端、顶点、另一端</translation>
  </message>
  <message>
   <source>Click goes there</source>
   <translation>点击定位</translation>
  </message>
  <message>
   <source>Click inside the image.</source>
   <translation>请在图像内点击。</translation>
  </message>
  <message>
   <source>Click it in the image. Its size is measured from the image.</source>
   <translation>请在图像中点击它。其大小由图像测得。</translation>
  </message>
  <message>
   <source>Click the finding</source>
   <translation>点击所见</translation>
  </message>
  <message>
   <source>Click, then type</source>
   <translation>点击后输入文字</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>关闭</translation>
  </message>
  <message>
   <source>Close other programs and run it again, or choose a smaller model.</source>
   <translation>请关闭其他程序后重新运行，或选择较小的模型。</translation>
  </message>
  <message>
   <source>Close other programs and run it again.</source>
   <translation>请关闭其他程序后重新运行。</translation>
  </message>
  <message>
   <source>Close other programs and run it again. Nothing else was lost.</source>
   <translation>请关闭其他程序后重新运行。其他内容没有丢失。</translation>
  </message>
  <message>
   <source>Close other programs before reading large studies.</source>
   <translation>读取大型检查前，请关闭其他程序。</translation>
  </message>
  <message>
   <source>Close other programs, or choose a smaller model.</source>
   <translation>请关闭其他程序，或选择较小的模型。</translation>
  </message>
  <message>
   <source>Close other studies or programs and open it again.</source>
   <translation>请关闭其他检查或程序后重新打开。</translation>
  </message>
  <message>
   <source>Close other studies or programs and try again.</source>
   <translation>请关闭其他检查或程序后重试。</translation>
  </message>
  <message>
   <source>Close other studies or programs and try again. Your work is saved.</source>
   <translation>请关闭其他检查或程序后重试。您的工作已保存。</translation>
  </message>
  <message>
   <source>Close study</source>
   <translation>关闭检查</translation>
  </message>
  <message>
   <source>Close the other window first.</source>
   <translation>请先关闭另一个窗口。</translation>
  </message>
  <message>
   <source>Cobb angle</source>
   <translation>Cobb 角</translation>
  </message>
  <message>
   <source>Codec {name}</source>
   <translation>解码器 {name}</translation>
  </message>
  <message>
   <source>Codecs</source>
   <translation>解码器</translation>
  </message>
  <message>
   <source>Colours are stored in {bits} bits and shown in 8.</source>
   <translation>颜色以 {bits} 位存储，以 8 位显示。</translation>
  </message>
  <message>
   <source>Colours have no greatest or least value to show through a slab.</source>
   <translation>彩色没有最大或最小值，无法以厚层显示。</translation>
  </message>
  <message>
   <source>Colours of {bits} bits are not supported.</source>
   <translation>不支持 {bits} 位的颜色。</translation>
  </message>
  <message>
   <source>Column {column}  row {row}</source>
   <translation>列 {column}  行 {row}</translation>
  </message>
  <message>
   <source>Column {number} / {count}</source>
   <translation>列 {number} / {count}</translation>
  </message>
  <message>
   <source>Commands</source>
   <translation>命令</translation>
  </message>
  <message>
   <source>Commands work without one, and so does: reader demo --headless --out DIR</source>
   <translation>没有显示器也可使用命令，例如：reader demo --headless --out DIR</translation>
  </message>
  <message>
   <source>Compare</source>
   <translation>对比</translation>
  </message>
  <message>
   <source>Compare with</source>
   <translation>对比检查</translation>
  </message>
  <message>
   <source>Compare with a folder</source>
   <translation>与文件夹中的检查对比</translation>
  </message>
  <message>
   <source>Compare with another study</source>
   <translation>与其他检查对比</translation>
  </message>
  <message>
   <source>Compared with</source>
   <translation>对比对象</translation>
  </message>
  <message>
   <source>Comparing with other programs</source>
   <translation>与其他程序比较</translation>
  </message>
  <message>
   <source>Comparing with the training images</source>
   <translation>正在与训练图像比较</translation>
  </message>
  <message>
   <source>Compute</source>
   <translation>计算</translation>
  </message>
  <message>
   <source>Computing on the server</source>
   <translation>正在服务器上计算</translation>
  </message>
  <message>
   <source>Concurrent</source>
   <translation>同步阅片</translation>
  </message>
  <message>
   <source>Concurrent: AI shown</source>
   <translation>同步阅片：显示 AI</translation>
  </message>
  <message>
   <source>Confirm</source>
   <translation>确认</translation>
  </message>
  <message>
   <source>Confirmed</source>
   <translation>已确认</translation>
  </message>
  <message>
   <source>Confirming a finding</source>
   <translation>正在确认一项所见</translation>
  </message>
  <message>
   <source>Confirming moves on to the next finding.</source>
   <translation>确认后转到下一项所见。</translation>
  </message>
  <message>
   <source>Continue</source>
   <translation>继续</translation>
  </message>
  <message>
   <source>Contrast agent</source>
   <translation>对比剂</translation>
  </message>
  <message>
   <source>Convert it to NIfTI with a program that knows how it was made.</source>
   <translation>请用知道其来源的程序转换为 NIfTI。</translation>
  </message>
  <message>
   <source>Convert the file again with another program.</source>
   <translation>请用其他程序重新转换该文件。</translation>
  </message>
  <message>
   <source>Copy of {name}</source>
   <translation>{name} 的副本</translation>
  </message>
  <message>
   <source>Copy or convert the file again.</source>
   <translation>请重新复制或转换该文件。</translation>
  </message>
  <message>
   <source>Copy or download it again.</source>
   <translation>请重新复制或下载。</translation>
  </message>
  <message>
   <source>Copy or export it again.</source>
   <translation>请重新复制或导出。</translation>
  </message>
  <message>
   <source>Copy or export the series again.</source>
   <translation>请重新复制或导出该序列。</translation>
  </message>
  <message>
   <source>Copying the model</source>
   <translation>正在复制模型</translation>
  </message>
  <message>
   <source>Coronal</source>
   <translation>冠状位</translation>
  </message>
  <message>
   <source>Coronal oblique</source>
   <translation>斜冠状位</translation>
  </message>
  <message>
   <source>Correct `window` or `channels` on its card.</source>
   <translation>请更正模型卡中的 `window` 或 `channels`。</translation>
  </message>
  <message>
   <source>Correct its options; models/README.md describes them.</source>
   <translation>请更正其选项；说明见 models/README.md。</translation>
  </message>
  <message>
   <source>Correct step, mirror, folds or resample_mm in its model.json.</source>
   <translation>请更正 model.json 中的 step、mirror、folds 或 resample_mm。</translation>
  </message>
  <message>
   <source>Correct the labels on its card, or `output` in its options.</source>
   <translation>请更正模型卡中的标签，或选项中的 `output`。</translation>
  </message>
  <message>
   <source>Could not be checked ({why}).</source>
   <translation>无法检查（{why}）。</translation>
  </message>
  <message>
   <source>Covering the places that the map points at changes the model's answer no more than covering others.</source>
   <translation>遮盖影响图所指位置对模型结果的改变，并不大于遮盖其他位置。</translation>
  </message>
  <message>
   <source>Crosshair</source>
   <translation>十字线</translation>
  </message>
  <message>
   <source>Crosshair down</source>
   <translation>十字线下移</translation>
  </message>
  <message>
   <source>Crosshair left</source>
   <translation>十字线左移</translation>
  </message>
  <message>
   <source>Crosshair right</source>
   <translation>十字线右移</translation>
  </message>
  <message>
   <source>Crosshair ten pixels down</source>
   <translation>十字线下移十像素</translation>
  </message>
  <message>
   <source>Crosshair ten pixels left</source>
   <translation>十字线左移十像素</translation>
  </message>
  <message>
   <source>Crosshair ten pixels right</source>
   <translation>十字线右移十像素</translation>
  </message>
  <message>
   <source>Crosshair ten pixels up</source>
   <translation>十字线上移十像素</translation>
  </message>
  <message>
   <source>Crosshair up</source>
   <translation>十字线上移</translation>
  </message>
  <message>
   <source>Ctrl left drag</source>
   <translation>Ctrl 左键拖动</translation>
  </message>
  <message>
   <source>Ctrl left erase</source>
   <translation>Ctrl 左键擦除</translation>
  </message>
  <message>
   <source>Ctrl wheel</source>
   <translation>Ctrl 滚轮</translation>
  </message>
  <message>
   <source>Cubic</source>
   <translation>三次</translation>
  </message>
  <message>
   <source>Current</source>
   <translation>当前</translation>
  </message>
  <message>
   <source>DICOM report (SR)</source>
   <translation>DICOM 报告（SR）</translation>
  </message>
  <message>
   <source>DICOM results need a DICOM series, and this one is not.</source>
   <translation>DICOM 结果需要 DICOM 序列，而此序列不是。</translation>
  </message>
  <message>
   <source>DICOM segmentation (SEG)</source>
   <translation>DICOM 分割（SEG）</translation>
  </message>
  <message>
   <source>DICOM, NIfTI, NRRD or MHA. Nothing is sent anywhere.</source>
   <translation>DICOM、NIfTI、NRRD 或 MHA。不会发送到任何地方。</translation>
  </message>
  <message>
   <source>DWI</source>
   <translation>DWI</translation>
  </message>
  <message>
   <source>Darkest values</source>
   <translation>最暗值</translation>
  </message>
  <message>
   <source>Data it was trained and tested on</source>
   <translation>训练与测试所用数据</translation>
  </message>
  <message>
   <source>Decided</source>
   <translation>已决定</translation>
  </message>
  <message>
   <source>Deciding on the rest</source>
   <translation>正在处理其余所见</translation>
  </message>
  <message>
   <source>Decisions</source>
   <translation>决定</translation>
  </message>
  <message>
   <source>Default for {modality}</source>
   <translation>{modality} 的默认模型</translation>
  </message>
  <message>
   <source>Del</source>
   <translation>Del</translation>
  </message>
  <message>
   <source>Delete</source>
   <translation>删除</translation>
  </message>
  <message>
   <source>Demo</source>
   <translation>演示</translation>
  </message>
  <message>
   <source>Derived images</source>
   <translation>派生图像</translation>
  </message>
  <message>
   <source>Describing the training scans</source>
   <translation>正在描述训练扫描</translation>
  </message>
  <message>
   <source>Did not start: {model} {version}</source>
   <translation>未启动：{model} {version}</translation>
  </message>
  <message>
   <source>Disk</source>
   <translation>磁盘</translation>
  </message>
  <message>
   <source>Document</source>
   <translation>文档</translation>
  </message>
  <message>
   <source>Done</source>
   <translation>完成</translation>
  </message>
  <message>
   <source>Double click</source>
   <translation>双击</translation>
  </message>
  <message>
   <source>Draft, not signed</source>
   <translation>草稿，未签署</translation>
  </message>
  <message>
   <source>Drag across, Shift circle</source>
   <translation>拖动绘制，Shift 为圆形</translation>
  </message>
  <message>
   <source>Drag across, Shift square</source>
   <translation>拖动绘制，Shift 为正方形</translation>
  </message>
  <message>
   <source>Drag from end to end</source>
   <translation>从一端拖到另一端</translation>
  </message>
  <message>
   <source>Drag from the tip, then type</source>
   <translation>从箭头尖端拖动，然后输入文字</translation>
  </message>
  <message>
   <source>Drag its points to change it.</source>
   <translation>请拖动其端点来更改。</translation>
  </message>
  <message>
   <source>Drag one line, then the other</source>
   <translation>先拖一条线，再拖另一条</translation>
  </message>
  <message>
   <source>Drag the long axis</source>
   <translation>拖动绘制长径</translation>
  </message>
  <message>
   <source>Drag through slices</source>
   <translation>拖动翻层</translation>
  </message>
  <message>
   <source>Dragging up makes the image darker instead of brighter.</source>
   <translation>向上拖动使图像变暗而不是变亮。</translation>
  </message>
  <message>
   <source>Draw a shorter one, without going back and forth.</source>
   <translation>请绘制较短的路径，不要来回折返。</translation>
  </message>
  <message>
   <source>Draw an ellipse, which measures in one slice.</source>
   <translation>请绘制椭圆，它在单层内测量。</translation>
  </message>
  <message>
   <source>Draw around, or click corners and double-click</source>
   <translation>沿边缘绘制，或逐点点击并以双击结束</translation>
  </message>
  <message>
   <source>Drawing the slices</source>
   <translation>正在绘制层面</translation>
  </message>
  <message>
   <source>Drop a folder here, or open one.</source>
   <translation>将文件夹拖到这里，或打开一个文件夹。</translation>
  </message>
  <message>
   <source>Drop a folder, a ZIP or files here</source>
   <translation>将文件夹、ZIP 或文件拖到这里</translation>
  </message>
  <message>
   <source>Drop a model here</source>
   <translation>将模型拖放到此处</translation>
  </message>
  <message>
   <source>Drop it to look at it</source>
   <translation>松开以查看</translation>
  </message>
  <message>
   <source>Drop it to open it</source>
   <translation>松开即可打开</translation>
  </message>
  <message>
   <source>Duplicate</source>
   <translation>重复</translation>
  </message>
  <message>
   <source>Each image is a mosaic of many slices. They are shown as they are stored, not as a volume.</source>
   <translation>每幅图像是许多层面的拼图。按存储方式显示，不作为体数据。</translation>
  </message>
  <message>
   <source>Each side scrolls by itself.</source>
   <translation>两侧各自滚动。</translation>
  </message>
  <message>
   <source>Edit</source>
   <translation>修改</translation>
  </message>
  <message>
   <source>Edit its outline instead.</source>
   <translation>请改为编辑其轮廓。</translation>
  </message>
  <message>
   <source>Edit segment {number}</source>
   <translation>编辑第 {number} 个分割</translation>
  </message>
  <message>
   <source>Edit segments</source>
   <translation>编辑分割</translation>
  </message>
  <message>
   <source>Edited</source>
   <translation>已修改</translation>
  </message>
  <message>
   <source>Editing a finding</source>
   <translation>正在修改一项所见</translation>
  </message>
  <message>
   <source>Edit{mode}</source>
   <translation>编辑{mode}</translation>
  </message>
  <message>
   <source>Ellipse</source>
   <translation>椭圆</translation>
  </message>
  <message>
   <source>End</source>
   <translation>结束</translation>
  </message>
  <message>
   <source>End the line</source>
   <translation>结束画线</translation>
  </message>
  <message>
   <source>Enlarge</source>
   <translation>放大</translation>
  </message>
  <message>
   <source>Enter hangs the study by it</source>
   <translation>Enter 按此方案挂片</translation>
  </message>
  <message>
   <source>Enter shows it in every viewport. Drag it into one.</source>
   <translation>Enter 在所有视口中显示。可拖入某个视口。</translation>
  </message>
  <message>
   <source>Eraser</source>
   <translation>橡皮</translation>
  </message>
  <message>
   <source>Every change holds at once.</source>
   <translation>每项更改立即生效。</translation>
  </message>
  <message>
   <source>Every finding has a size and a place</source>
   <translation>每项所见都有大小和位置</translation>
  </message>
  <message>
   <source>Every finding is decided</source>
   <translation>所有所见均已决定</translation>
  </message>
  <message>
   <source>Every mark and the report will say so.</source>
   <translation>每个标记和报告都会注明。</translation>
  </message>
  <message>
   <source>Every study that is opened is listed here and can be searched for.</source>
   <translation>打开过的每项检查都列在这里，可以搜索。</translation>
  </message>
  <message>
   <source>Export</source>
   <translation>导出</translation>
  </message>
  <message>
   <source>Export NIfTI or JSON instead.</source>
   <translation>请改为导出 NIfTI 或 JSON。</translation>
  </message>
  <message>
   <source>Export NIfTI or JSON instead: DICOM results would point to the wrong place.</source>
   <translation>请改为导出 NIfTI 或 JSON：DICOM 结果会指向错误的位置。</translation>
  </message>
  <message>
   <source>Export again.</source>
   <translation>请重新导出。</translation>
  </message>
  <message>
   <source>Export both again.</source>
   <translation>请将两者重新导出。</translation>
  </message>
  <message>
   <source>Export into</source>
   <translation>导出到</translation>
  </message>
  <message>
   <source>Export the report or JSON instead.</source>
   <translation>请改为导出报告或 JSON。</translation>
  </message>
  <message>
   <source>Exporting</source>
   <translation>正在导出</translation>
  </message>
  <message>
   <source>F</source>
   <translation>女</translation>
  </message>
  <message>
   <source>FLAIR</source>
   <translation>FLAIR</translation>
  </message>
  <message>
   <source>Failed</source>
   <translation>失败</translation>
  </message>
  <message>
   <source>False positives per scan</source>
   <translation>每次扫描假阳性数</translation>
  </message>
  <message>
   <source>Female</source>
   <translation>女</translation>
  </message>
  <message>
   <source>Fewer letters or another spelling find more. Esc shows all studies.</source>
   <translation>更少的字母或其他写法能找到更多。Esc 显示全部检查。</translation>
  </message>
  <message>
   <source>Field of view</source>
   <translation>视野</translation>
  </message>
  <message>
   <source>File or ZIP</source>
   <translation>文件或 ZIP</translation>
  </message>
  <message>
   <source>Files that were not opened</source>
   <translation>未打开的文件</translation>
  </message>
  <message>
   <source>Fill</source>
   <translation>填充</translation>
  </message>
  <message>
   <source>Filling the structures</source>
   <translation>正在填充结构</translation>
  </message>
  <message>
   <source>Film with prior</source>
   <translation>X 线片与既往检查</translation>
  </message>
  <message>
   <source>Finding</source>
   <translation>所见</translation>
  </message>
  <message>
   <source>Finding the lungs</source>
   <translation>正在寻找肺部</translation>
  </message>
  <message>
   <source>Finding: {name}</source>
   <translation>所见：{name}</translation>
  </message>
  <message>
   <source>Findings</source>
   <translation>所见</translation>
  </message>
  <message>
   <source>Findings are marked on images. Open the folder that holds them.</source>
   <translation>所见标记在图像上。请打开存放图像的文件夹。</translation>
  </message>
  <message>
   <source>Findings as JSON</source>
   <translation>所见（JSON）</translation>
  </message>
  <message>
   <source>Finished</source>
   <translation>已完成</translation>
  </message>
  <message>
   <source>Finished in {time}</source>
   <translation>完成，用时 {time}</translation>
  </message>
  <message>
   <source>First slice</source>
   <translation>第一层</translation>
  </message>
  <message>
   <source>Fit to viewport</source>
   <translation>适合视口</translation>
  </message>
  <message>
   <source>Fitting the result to the images</source>
   <translation>正在将结果对应到图像</translation>
  </message>
  <message>
   <source>Flicker</source>
   <translation>闪烁对比</translation>
  </message>
  <message>
   <source>Flicker between prior and current</source>
   <translation>既往检查与当前闪烁对比</translation>
  </message>
  <message>
   <source>Flip and turn</source>
   <translation>翻转与旋转</translation>
  </message>
  <message>
   <source>Flip left to right</source>
   <translation>左右翻转</translation>
  </message>
  <message>
   <source>Flip top to bottom</source>
   <translation>上下翻转</translation>
  </message>
  <message>
   <source>Flipped and turned 90°</source>
   <translation>已翻转并旋转 90°</translation>
  </message>
  <message>
   <source>Flipped left to right</source>
   <translation>已左右翻转</translation>
  </message>
  <message>
   <source>Flipped top to bottom</source>
   <translation>已上下翻转</translation>
  </message>
  <message>
   <source>Fold the side panel</source>
   <translation>折叠侧栏</translation>
  </message>
  <message>
   <source>Fold the tools</source>
   <translation>折叠工具栏</translation>
  </message>
  <message>
   <source>Folder</source>
   <translation>文件夹</translation>
  </message>
  <message>
   <source>Folder hidden</source>
   <translation>文件夹已隐藏</translation>
  </message>
  <message>
   <source>Follow a path (curved MPR)</source>
   <translation>追踪路径（曲面重建）</translation>
  </message>
  <message>
   <source>Fonts</source>
   <translation>字体</translation>
  </message>
  <message>
   <source>For research, teaching and demonstration. Not for diagnosis, treatment or any other clinical use. No AI mark does not mean normal.</source>
   <translation>用于研究、教学和演示。不得用于诊断、治疗或任何其他临床用途。没有 AI 标记不代表正常。</translation>
  </message>
  <message>
   <source>Format</source>
   <translation>格式</translation>
  </message>
  <message>
   <source>Found so far</source>
   <translation>目前已找到</translation>
  </message>
  <message>
   <source>Fraction, imported</source>
   <translation>占比，导入</translation>
  </message>
  <message>
   <source>Frame {number} / {count}</source>
   <translation>第 {number} / {count} 帧</translation>
  </message>
  <message>
   <source>Frame {number} / {count} · {rate} per second</source>
   <translation>第 {number} / {count} 帧 · 每秒 {rate} 帧</translation>
  </message>
  <message>
   <source>Frame {number} lies in another place than its image.</source>
   <translation>第 {number} 帧的位置与其图像不一致。</translation>
  </message>
  <message>
   <source>Free some disk space (about 130 MB is needed) and try again.</source>
   <translation>请释放一些磁盘空间（约需 130 MB）后重试。</translation>
  </message>
  <message>
   <source>Free some space or set READER_HOME to another folder.</source>
   <translation>请释放一些空间，或将 READER_HOME 设为其他文件夹。</translation>
  </message>
  <message>
   <source>Free some space or set {variable} to a folder you may write to.</source>
   <translation>请释放一些空间，或将 {variable} 设为您可写入的文件夹。</translation>
  </message>
  <message>
   <source>Free some space, then add it again.</source>
   <translation>请释放空间，然后重新添加。</translation>
  </message>
  <message>
   <source>Free some space, then do it again.</source>
   <translation>请释放一些空间后重做。</translation>
  </message>
  <message>
   <source>Free some space, then try again.</source>
   <translation>请腾出一些空间后重试。</translation>
  </message>
  <message>
   <source>Freehand region</source>
   <translation>手绘区域</translation>
  </message>
  <message>
   <source>Full screen, images only</source>
   <translation>全屏，仅显示图像</translation>
  </message>
  <message>
   <source>Further key</source>
   <translation>追加键位</translation>
  </message>
  <message>
   <source>Fuse with another series, or end it</source>
   <translation>与其他序列融合，或结束融合</translation>
  </message>
  <message>
   <source>Fused by the link alone</source>
   <translation>仅按联动位置融合</translation>
  </message>
  <message>
   <source>Fused by their grid alone</source>
   <translation>仅按网格融合</translation>
  </message>
  <message>
   <source>Geometry</source>
   <translation>几何</translation>
  </message>
  <message>
   <source>Get the bundle again from where it came from.</source>
   <translation>请从来源处重新获取该 bundle。</translation>
  </message>
  <message>
   <source>Get the model again from where it came from.</source>
   <translation>请从来源处重新获取该模型。</translation>
  </message>
  <message>
   <source>Get the model from where it came from again, or unpack it yourself.</source>
   <translation>请从来源处重新获取该模型，或自行解压。</translation>
  </message>
  <message>
   <source>Get the model from where it came from again.</source>
   <translation>请从来源处重新获取该模型。</translation>
  </message>
  <message>
   <source>Get the pack from where it came from again.</source>
   <translation>请从来源处重新获取该模型包。</translation>
  </message>
  <message>
   <source>Give a coordinate in mm, such as -520.5.</source>
   <translation>请给出以 mm 为单位的坐标，例如 -520.5。</translation>
  </message>
  <message>
   <source>Give a folder of studies, or a .txt, .csv or .json file that lists them.</source>
   <translation>请提供检查所在文件夹，或列出检查的 .txt、.csv 或 .json 文件。</translation>
  </message>
  <message>
   <source>Give a folder that `reader predict` wrote.</source>
   <translation>请给出 `reader predict` 写出的文件夹。</translation>
  </message>
  <message>
   <source>Give a folder with a series in --data, or leave it out.</source>
   <translation>请用 --data 给出含序列的文件夹，或省略它。</translation>
  </message>
  <message>
   <source>Give center and width with a comma between them, such as -600,1500.</source>
   <translation>请给出窗位和窗宽，中间用逗号分隔，例如 -600,1500。</translation>
  </message>
  <message>
   <source>Give its files plain names, or get it from where it came from again.</source>
   <translation>请使用普通文件名，或从来源处重新获取。</translation>
  </message>
  <message>
   <source>Give the series it was made from with --series.</source>
   <translation>请用 --series 给出其来源序列。</translation>
  </message>
  <message>
   <source>Give the study's folder, or the UID of a study opened before.</source>
   <translation>请给出检查的文件夹，或曾打开过的检查的 UID。</translation>
  </message>
  <message>
   <source>Go on reading.</source>
   <translation>请继续阅片。</translation>
  </message>
  <message>
   <source>Go to the next one; confirm, edit or reject it.</source>
   <translation>请转到下一项，确认、修改或排除它。</translation>
  </message>
  <message>
   <source>Go to the plane in which the slices were taken, then mark the image.</source>
   <translation>请转到采集层面的方位，再标记图像。</translation>
  </message>
  <message>
   <source>Graphics card</source>
   <translation>显卡</translation>
  </message>
  <message>
   <source>Greatest values</source>
   <translation>最大密度投影</translation>
  </message>
  <message>
   <source>Growing procedural lungs</source>
   <translation>正在生成肺部</translation>
  </message>
  <message>
   <source>Growing vessels and airways</source>
   <translation>正在生成血管和气道</translation>
  </message>
  <message>
   <source>HDF5 files are not supported.</source>
   <translation>不支持 HDF5 文件。</translation>
  </message>
  <message>
   <source>Hang such studies by the best fit again</source>
   <translation>此类检查恢复最佳匹配挂片</translation>
  </message>
  <message>
   <source>Hanging protocols</source>
   <translation>挂片方案</translation>
  </message>
  <message>
   <source>Header</source>
   <translation>文件头</translation>
  </message>
  <message>
   <source>Header {number}</source>
   <translation>文件头 {number}</translation>
  </message>
  <message>
   <source>Hide</source>
   <translation>隐藏</translation>
  </message>
  <message>
   <source>Hide AI</source>
   <translation>隐藏 AI</translation>
  </message>
  <message>
   <source>Hide identity</source>
   <translation>隐藏身份信息</translation>
  </message>
  <message>
   <source>Hide measurements, or show all</source>
   <translation>隐藏测量或全部显示</translation>
  </message>
  <message>
   <source>Hide names, numbers and dates everywhere on screen.</source>
   <translation>在屏幕各处隐藏姓名、编号和日期。</translation>
  </message>
  <message>
   <source>History</source>
   <translation>历史</translation>
  </message>
  <message>
   <source>How it was made</source>
   <translation>如何制作</translation>
  </message>
  <message>
   <source>How it works</source>
   <translation>工作原理</translation>
  </message>
  <message>
   <source>How strongly filled segments cover the image.</source>
   <translation>填充的分割覆盖图像的程度。</translation>
  </message>
  <message>
   <source>How strongly the segment is filled</source>
   <translation>该分割的填充程度</translation>
  </message>
  <message>
   <source>How sure it must be</source>
   <translation>所需把握程度</translation>
  </message>
  <message>
   <source>I trust this file</source>
   <translation>我信任此文件</translation>
  </message>
  <message>
   <source>I trust this file, add it</source>
   <translation>我信任此文件，添加</translation>
  </message>
  <message>
   <source>Id</source>
   <translation>标识</translation>
  </message>
  <message>
   <source>Identity</source>
   <translation>标识</translation>
  </message>
  <message>
   <source>Identity hidden</source>
   <translation>身份信息已隐藏</translation>
  </message>
  <message>
   <source>If you run it, every mark and the report will say so.</source>
   <translation>如果运行，每个标记和报告都会注明。</translation>
  </message>
  <message>
   <source>If you trust it, unpack it and open the folder.</source>
   <translation>如果信任它，请解压后打开文件夹。</translation>
  </message>
  <message>
   <source>Image type</source>
   <translation>图像类型</translation>
  </message>
  <message>
   <source>Image {number} / {count}</source>
   <translation>第 {number} / {count} 幅</translation>
  </message>
  <message>
   <source>Images</source>
   <translation>图像</translation>
  </message>
  <message>
   <source>Images and decisions stay.</source>
   <translation>图像和决定都会保留。</translation>
  </message>
  <message>
   <source>Images it needs</source>
   <translation>所需图像</translation>
  </message>
  <message>
   <source>Images that lie where another one lies: {count}. One of each is shown (slices {places}).</source>
   <translation>与其他图像位置相同的图像：{count} 幅。每处只显示一幅（层面 {places}）。</translation>
  </message>
  <message>
   <source>Import</source>
   <translation>导入</translation>
  </message>
  <message>
   <source>Imported {number}</source>
   <translation>导入 {number}</translation>
  </message>
  <message>
   <source>Imported, confirmed</source>
   <translation>导入，已确认</translation>
  </message>
  <message>
   <source>Imported, edited by you</source>
   <translation>导入，由您修改</translation>
  </message>
  <message>
   <source>Imported, rejected</source>
   <translation>导入，已排除</translation>
  </message>
  <message>
   <source>Imported, to review</source>
   <translation>导入，待审阅</translation>
  </message>
  <message>
   <source>In colour: no window</source>
   <translation>彩色：不适用窗宽窗位</translation>
  </message>
  <message>
   <source>In progress</source>
   <translation>进行中</translation>
  </message>
  <message>
   <source>Install it with `pip install "reading-room[server]"`.</source>
   <translation>请用 `pip install "reading-room[server]"` 安装。</translation>
  </message>
  <message>
   <source>Install it with: pip install "reading-room[explain]"</source>
   <translation>请安装：pip install "reading-room[explain]"</translation>
  </message>
  <message>
   <source>Install it: pip install "reading-room[monai]"</source>
   <translation>请安装：pip install "reading-room[monai]"</translation>
  </message>
  <message>
   <source>Install it: pip install "reading-room[onnx]"</source>
   <translation>请安装：pip install "reading-room[onnx]"</translation>
  </message>
  <message>
   <source>Install it: pip install "reading-room[{extra}]"</source>
   <translation>请安装：pip install "reading-room[{extra}]"</translation>
  </message>
  <message>
   <source>Install it: pip install {package}</source>
   <translation>请安装：pip install {package}</translation>
  </message>
  <message>
   <source>Install one if you read in Chinese, such as Noto Sans CJK SC.</source>
   <translation>如果使用中文阅片，请安装一种中文字体，例如 Noto Sans CJK SC。</translation>
  </message>
  <message>
   <source>Install that version again to go on with them. Nothing was changed.</source>
   <translation>请重新安装该版本以继续使用。没有任何改动。</translation>
  </message>
  <message>
   <source>Install the application again.</source>
   <translation>请重新安装本应用。</translation>
  </message>
  <message>
   <source>Install the application again; until then the system's fonts are used.</source>
   <translation>请重新安装本应用；在此之前使用系统字体。</translation>
  </message>
  <message>
   <source>Inter; Chinese: {family}</source>
   <translation>Inter；中文：{family}</translation>
  </message>
  <message>
   <source>Is another batch writing into the same folder? Otherwise choose a new one.</source>
   <translation>是否有另一个批处理正在写入同一文件夹？否则请选择新文件夹。</translation>
  </message>
  <message>
   <source>It could compute nothing that means something, so it cannot be run.</source>
   <translation>它无法得出有意义的结果，因此不能运行。</translation>
  </message>
  <message>
   <source>It could run a program on this computer. Get the model from a source you trust.</source>
   <translation>它可能在本机运行程序。请从可信来源获取该模型。</translation>
  </message>
  <message>
   <source>It does not say where its frames lie.</source>
   <translation>没有说明各帧的位置。</translation>
  </message>
  <message>
   <source>It goes from {first:.1f} to {last:.1f} mm.</source>
   <translation>范围为 {first:.1f} 至 {last:.1f} mm。</translation>
  </message>
  <message>
   <source>It is about a kind of image that does not open here ({name}).</source>
   <translation>它所针对的图像类型在这里打不开（{name}）。</translation>
  </message>
  <message>
   <source>It is not a segmentation of a kind that is known.</source>
   <translation>不是已知类型的分割。</translation>
  </message>
  <message>
   <source>It is signed with a key that is not in your list ({print}).</source>
   <translation>其签名密钥不在您的列表中（{print}）。</translation>
  </message>
  <message>
   <source>It lies elsewhere than the images that it could be about.</source>
   <translation>它的位置与可能对应的图像不同。</translation>
  </message>
  <message>
   <source>It needs a volume with known distances, all of it read.</source>
   <translation>需要间距已知且已完整读取的体数据。</translation>
  </message>
  <message>
   <source>It needs {packages}.</source>
   <translation>需要 {packages}。</translation>
  </message>
  <message>
   <source>It reads its own packs, nnU-Net v2 folders, MONAI bundles, ONNX and MeshNet.</source>
   <translation>可读取自有模型包、nnU-Net v2 文件夹、MONAI bundle、ONNX 和 MeshNet。</translation>
  </message>
  <message>
   <source>It says nothing about values.</source>
   <translation>它没有说明任何数值。</translation>
  </message>
  <message>
   <source>It starts when the AI that is running has finished.</source>
   <translation>正在运行的 AI 结束后即开始。</translation>
  </message>
  <message>
   <source>It turns or mirrors the image, which is not done here.</source>
   <translation>它会旋转或镜像图像，这里不执行。</translation>
  </message>
  <message>
   <source>It was drawn on another grid: each voxel shows the nearest of its pixels.</source>
   <translation>它画在另一个网格上：每个体素显示最近的像素。</translation>
  </message>
  <message>
   <source>It was not opened. Get the model again from somebody you trust.</source>
   <translation>未打开。请从您信任的人处重新获取该模型。</translation>
  </message>
  <message>
   <source>It was not opened. Get the model again from where it came from.</source>
   <translation>未打开。请从来源处重新获取该模型。</translation>
  </message>
  <message>
   <source>It was not opened. Get the model from a source you trust.</source>
   <translation>未打开。请从可信来源获取该模型。</translation>
  </message>
  <message>
   <source>It was not used. Run the AI again.</source>
   <translation>该结果未被采用。请重新运行 AI。</translation>
  </message>
  <message>
   <source>It was trained with changes of its own: run it with the program that made it.</source>
   <translation>它在训练时作了自有改动：请用制作它的程序运行。</translation>
  </message>
  <message>
   <source>Its files do not say what its labels mean.</source>
   <translation>其文件未说明标签的含义。</translation>
  </message>
  <message>
   <source>Its files say nothing of spacing and scaling; set them on its card.</source>
   <translation>其文件未说明间距和缩放；请在模型卡中设置。</translation>
  </message>
  <message>
   <source>Its labels may overlap; smaller ones are drawn over larger ones.</source>
   <translation>其标签可能重叠；较小者绘制在较大者之上。</translation>
  </message>
  <message>
   <source>Its positions are not in the same frame of reference as the images.</source>
   <translation>它的位置与图像不在同一参考坐标系中。</translation>
  </message>
  <message>
   <source>Its regions lie inside one another; every voxel carries the innermost.</source>
   <translation>其区域相互嵌套；每个体素取最内层。</translation>
  </message>
  <message>
   <source>Its slices are not evenly spaced.</source>
   <translation>其层面间距不均匀。</translation>
  </message>
  <message>
   <source>Its slices do not lie in one line.</source>
   <translation>其层面不在一条直线上。</translation>
  </message>
  <message>
   <source>Its trainer {name} is not part of nnU-Net. The weights fit the plans and are run so.</source>
   <translation>其训练器 {name} 不属于 nnU-Net。权重与 plans 相符，按此运行。</translation>
  </message>
  <message>
   <source>Its training was not finished: the best checkpoint so far is used.</source>
   <translation>其训练未完成：使用目前最佳的检查点。</translation>
  </message>
  <message>
   <source>Its window</source>
   <translation>其窗宽窗位</translation>
  </message>
  <message>
   <source>Keeping a result for next time</source>
   <translation>正在保存结果供下次使用</translation>
  </message>
  <message>
   <source>Key image</source>
   <translation>关键图像</translation>
  </message>
  <message>
   <source>Key image, or no more</source>
   <translation>标记或取消关键图像</translation>
  </message>
  <message>
   <source>Key images</source>
   <translation>关键图像</translation>
  </message>
  <message>
   <source>Key images (KO)</source>
   <translation>关键图像（KO）</translation>
  </message>
  <message>
   <source>Keys and mouse as in this program.</source>
   <translation>键盘和鼠标操作仿照此程序。</translation>
  </message>
  <message>
   <source>Keys of Reading Room</source>
   <translation>Reading Room 快捷键</translation>
  </message>
  <message>
   <source>Keys on one page</source>
   <translation>快捷键一览</translation>
  </message>
  <message>
   <source>Kind of images</source>
   <translation>图像种类</translation>
  </message>
  <message>
   <source>Known limits</source>
   <translation>已知局限</translation>
  </message>
  <message>
   <source>Label map as NIfTI</source>
   <translation>标签图（NIfTI）</translation>
  </message>
  <message>
   <source>Laid out along a drawn path: lengths are true along it and across it only.</source>
   <translation>沿绘制的路径拉直：仅沿路径和垂直于路径的长度正确。</translation>
  </message>
  <message>
   <source>Language of the interface.</source>
   <translation>界面语言。</translation>
  </message>
  <message>
   <source>Larger brush</source>
   <translation>增大画笔</translation>
  </message>
  <message>
   <source>Last 30 days</source>
   <translation>最近 30 天</translation>
  </message>
  <message>
   <source>Last 5 years</source>
   <translation>最近 5 年</translation>
  </message>
  <message>
   <source>Last 7 days</source>
   <translation>最近 7 天</translation>
  </message>
  <message>
   <source>Last slice</source>
   <translation>最后一层</translation>
  </message>
  <message>
   <source>Last year</source>
   <translation>最近一年</translation>
  </message>
  <message>
   <source>Later study</source>
   <translation>较晚的检查</translation>
  </message>
  <message>
   <source>Laying out {description}</source>
   <translation>正在沿路径拉直 {description}</translation>
  </message>
  <message>
   <source>Laying the path out straight</source>
   <translation>正在将路径拉直</translation>
  </message>
  <message>
   <source>Layout</source>
   <translation>布局</translation>
  </message>
  <message>
   <source>Layout: {rows} by {columns}</source>
   <translation>布局：{rows} 行 {columns} 列</translation>
  </message>
  <message>
   <source>Leave it</source>
   <translation>保持不变</translation>
  </message>
  <message>
   <source>Leave one of them out.</source>
   <translation>请去掉其中一个。</translation>
  </message>
  <message>
   <source>Left and right</source>
   <translation>左右</translation>
  </message>
  <message>
   <source>Left click crosshair</source>
   <translation>左键单击定位十字线</translation>
  </message>
  <message>
   <source>Left drag</source>
   <translation>左键拖动</translation>
  </message>
  <message>
   <source>Left drag pan</source>
   <translation>左键拖动平移</translation>
  </message>
  <message>
   <source>Left drag slices</source>
   <translation>左键拖动翻层</translation>
  </message>
  <message>
   <source>Left drag turn</source>
   <translation>左键拖动旋转</translation>
  </message>
  <message>
   <source>Left drag window</source>
   <translation>左键拖动调窗</translation>
  </message>
  <message>
   <source>Left drag zoom</source>
   <translation>左键拖动缩放</translation>
  </message>
  <message>
   <source>Left draw</source>
   <translation>左键绘制</translation>
  </message>
  <message>
   <source>Left erase</source>
   <translation>左键擦除</translation>
  </message>
  <message>
   <source>Left lung</source>
   <translation>左肺</translation>
  </message>
  <message>
   <source>Length</source>
   <translation>长度</translation>
  </message>
  <message>
   <source>Length covered</source>
   <translation>覆盖长度</translation>
  </message>
  <message>
   <source>Lengths are those at the detector; in the patient they are shorter.</source>
   <translation>长度为探测器处的长度；在患者体内更短。</translation>
  </message>
  <message>
   <source>Lesion</source>
   <translation>病灶</translation>
  </message>
  <message>
   <source>Licence</source>
   <translation>许可证</translation>
  </message>
  <message>
   <source>Likeness to its training images</source>
   <translation>与其训练图像的相似程度</translation>
  </message>
  <message>
   <source>Linear</source>
   <translation>线性</translation>
  </message>
  <message>
   <source>Link as at first</source>
   <translation>恢复初始联动</translation>
  </message>
  <message>
   <source>Link or unlink the crosshairs</source>
   <translation>十字线联动或取消联动</translation>
  </message>
  <message>
   <source>Link the two with J while both are shown.</source>
   <translation>请同时显示两者，并按 J 联动。</translation>
  </message>
  <message>
   <source>Link two series with J while both are shown, then try again.</source>
   <translation>请同时显示两个序列，按 J 联动后重试。</translation>
  </message>
  <message>
   <source>Linked</source>
   <translation>已联动</translation>
  </message>
  <message>
   <source>Linked by their middles</source>
   <translation>按中心联动</translation>
  </message>
  <message>
   <source>Linked, moved {length}</source>
   <translation>已联动，偏移 {length}</translation>
  </message>
  <message>
   <source>Liver</source>
   <translation>肝窗</translation>
  </message>
  <message>
   <source>Loading the model</source>
   <translation>正在载入模型</translation>
  </message>
  <message>
   <source>Localizer</source>
   <translation>定位像</translation>
  </message>
  <message>
   <source>Locked: outline only, cannot be painted over</source>
   <translation>已锁定：仅显示轮廓，不会被覆盖</translation>
  </message>
  <message>
   <source>Long and short axis</source>
   <translation>长径和短径</translation>
  </message>
  <message>
   <source>Long × short axis</source>
   <translation>长径 × 短径</translation>
  </message>
  <message>
   <source>Look at it again before you add it.</source>
   <translation>添加前请重新查看。</translation>
  </message>
  <message>
   <source>Look at its score and its uncertainty over the image.</source>
   <translation>请查看图像上叠加的评分和不确定性。</translation>
  </message>
  <message>
   <source>Looking at a model</source>
   <translation>正在查看模型</translation>
  </message>
  <message>
   <source>Looking at what was dropped</source>
   <translation>正在查看拖放的内容</translation>
  </message>
  <message>
   <source>Looking for nodules</source>
   <translation>正在寻找结节</translation>
  </message>
  <message>
   <source>Looking for the other study</source>
   <translation>正在查找其他检查</translation>
  </message>
  <message>
   <source>Looking into watched folders</source>
   <translation>正在查看受监视的文件夹</translation>
  </message>
  <message>
   <source>Looking through files</source>
   <translation>正在查看文件</translation>
  </message>
  <message>
   <source>Looking through the files</source>
   <translation>正在查看文件</translation>
  </message>
  <message>
   <source>Looking through the folder</source>
   <translation>正在查看文件夹</translation>
  </message>
  <message>
   <source>Looking where studies are</source>
   <translation>正在查找检查所在位置</translation>
  </message>
  <message>
   <source>Lossless</source>
   <translation>无损</translation>
  </message>
  <message>
   <source>Lossy compression</source>
   <translation>有损压缩</translation>
  </message>
  <message>
   <source>Lung</source>
   <translation>肺窗</translation>
  </message>
  <message>
   <source>Lung in the image</source>
   <translation>图像中的肺</translation>
  </message>
  <message>
   <source>Lung kernel</source>
   <translation>肺窗卷积核</translation>
  </message>
  <message>
   <source>Lung nodule</source>
   <translation>肺结节</translation>
  </message>
  <message>
   <source>Lungs</source>
   <translation>肺</translation>
  </message>
  <message>
   <source>M</source>
   <translation>男</translation>
  </message>
  <message>
   <source>MIP</source>
   <translation>MIP</translation>
  </message>
  <message>
   <source>MR angiography</source>
   <translation>MR 血管成像</translation>
  </message>
  <message>
   <source>MR brain, T1, T2 and FLAIR</source>
   <translation>MR 脑，T1、T2 与 FLAIR</translation>
  </message>
  <message>
   <source>MR brain, four weightings</source>
   <translation>MR 脑，四种加权</translation>
  </message>
  <message>
   <source>MR prostate</source>
   <translation>MR 前列腺</translation>
  </message>
  <message>
   <source>Made by</source>
   <translation>制作者</translation>
  </message>
  <message>
   <source>Made from</source>
   <translation>来源</translation>
  </message>
  <message>
   <source>Magnifier</source>
   <translation>放大镜</translation>
  </message>
  <message>
   <source>Magnifier: 2, 3 or 4 times</source>
   <translation>放大镜：2、3 或 4 倍</translation>
  </message>
  <message>
   <source>Make a copy</source>
   <translation>复制</translation>
  </message>
  <message>
   <source>Make it thin again.</source>
   <translation>请恢复为薄层。</translation>
  </message>
  <message>
   <source>Make it with a grid that holds the whole chest.</source>
   <translation>请使用能容纳整个胸部的网格。</translation>
  </message>
  <message>
   <source>Make room, or unpack it elsewhere and open the folder.</source>
   <translation>请腾出空间，或在别处解压后打开文件夹。</translation>
  </message>
  <message>
   <source>Make the demo study again, or train the model again.</source>
   <translation>请重新制作演示检查，或重新训练模型。</translation>
  </message>
  <message>
   <source>Make the slab thin to measure values. Lengths and angles are possible here.</source>
   <translation>请恢复薄层后测量数值。此处可测量长度和角度。</translation>
  </message>
  <message>
   <source>Make the slab thin, then mark the image.</source>
   <translation>请恢复薄层，再标记图像。</translation>
  </message>
  <message>
   <source>Making the overview</source>
   <translation>正在生成三维概览</translation>
  </message>
  <message>
   <source>Male</source>
   <translation>男</translation>
  </message>
  <message>
   <source>Mammogram</source>
   <translation>乳腺 X 线</translation>
  </message>
  <message>
   <source>Mammography with priors</source>
   <translation>乳腺 X 线与既往检查</translation>
  </message>
  <message>
   <source>Mammography, four views</source>
   <translation>乳腺 X 线，四个体位</translation>
  </message>
  <message>
   <source>Many values are higher than any tissue or metal: negative numbers may have been stored as positive ones. The header is followed.</source>
   <translation>许多数值高于任何组织或金属：负数可能被存成了正数。按文件头显示。</translation>
  </message>
  <message>
   <source>Map over the image: probability, uncertainty, influence, none</source>
   <translation>图像上的叠加图：概率、不确定性、影响、无</translation>
  </message>
  <message>
   <source>Mark images while reading, or leave the key images out.</source>
   <translation>请在阅片时标记图像，或不导出关键图像。</translation>
  </message>
  <message>
   <source>Mark it on a series in grey.</source>
   <translation>请在灰度序列上标记。</translation>
  </message>
  <message>
   <source>Mark it on a series of slices.</source>
   <translation>请在断层序列上标记。</translation>
  </message>
  <message>
   <source>Marks of the scanner</source>
   <translation>扫描仪的标记</translation>
  </message>
  <message>
   <source>Max {value}</source>
   <translation>最大 {value}</translation>
  </message>
  <message>
   <source>Mean</source>
   <translation>均值</translation>
  </message>
  <message>
   <source>Mean {value}</source>
   <translation>均值 {value}</translation>
  </message>
  <message>
   <source>Meaning of values</source>
   <translation>数值的含义</translation>
  </message>
  <message>
   <source>Meant for</source>
   <translation>适用于</translation>
  </message>
  <message>
   <source>Measure again when all slices are there.</source>
   <translation>请等所有层面齐全后重新测量。</translation>
  </message>
  <message>
   <source>Measure in the plane in which the slices were taken.</source>
   <translation>请在采集层面的方位测量。</translation>
  </message>
  <message>
   <source>Measure on a series in grey.</source>
   <translation>请在灰度序列上测量。</translation>
  </message>
  <message>
   <source>Measure on a series with a known spacing. Values and notes are possible here.</source>
   <translation>请在间距已知的序列上测量。此处可测点值和添加注释。</translation>
  </message>
  <message>
   <source>Measure the peak on a PET series with SUV, or draw an ellipse.</source>
   <translation>请在有 SUV 的 PET 序列上测量峰值，或绘制椭圆。</translation>
  </message>
  <message>
   <source>Measure this finding's axes</source>
   <translation>测量此所见的长短径</translation>
  </message>
  <message>
   <source>Measured</source>
   <translation>测量结果</translation>
  </message>
  <message>
   <source>Measured: {on}.</source>
   <translation>测量依据：{on}。</translation>
  </message>
  <message>
   <source>Measurements</source>
   <translation>测量</translation>
  </message>
  <message>
   <source>Measuring</source>
   <translation>测量</translation>
  </message>
  <message>
   <source>Measuring sticks to segments, or not</source>
   <translation>测量吸附分割或不吸附</translation>
  </message>
  <message>
   <source>Measuring sticks to the edge of a segment near the pointer. Ctrl: freely.</source>
   <translation>测量吸附到指针附近的分割边缘。按住 Ctrl 不吸附。</translation>
  </message>
  <message>
   <source>Measuring the findings</source>
   <translation>正在测量所见</translation>
  </message>
  <message>
   <source>Measuring the segment</source>
   <translation>正在测量分割</translation>
  </message>
  <message>
   <source>Measuring what was missed</source>
   <translation>正在测量漏检的所见</translation>
  </message>
  <message>
   <source>Measuring with inserted nodules</source>
   <translation>正在用植入结节测量</translation>
  </message>
  <message>
   <source>Mediastinum</source>
   <translation>纵隔窗</translation>
  </message>
  <message>
   <source>Memory</source>
   <translation>内存</translation>
  </message>
  <message>
   <source>Memory ran short; the run was repeated with less.</source>
   <translation>内存不足；已用较少内存重新运行。</translation>
  </message>
  <message>
   <source>Menu</source>
   <translation>菜单</translation>
  </message>
  <message>
   <source>MetaImage files of text are not supported.</source>
   <translation>不支持文本格式的 MetaImage 文件。</translation>
  </message>
  <message>
   <source>MetaImage files of this type of number are not supported.</source>
   <translation>不支持这种数字类型的 MetaImage 文件。</translation>
  </message>
  <message>
   <source>MetaImage files of vectors over time are not supported.</source>
   <translation>不支持随时间变化的向量 MetaImage 文件。</translation>
  </message>
  <message>
   <source>MetaImage files spread over several files are not supported.</source>
   <translation>不支持分散在多个文件中的 MetaImage。</translation>
  </message>
  <message>
   <source>MetaImage files that turn space over time are not supported.</source>
   <translation>不支持空间随时间转动的 MetaImage 文件。</translation>
  </message>
  <message>
   <source>MetaImage files with {count} axes are not supported.</source>
   <translation>不支持 {count} 个轴的 MetaImage 文件。</translation>
  </message>
  <message>
   <source>Metal</source>
   <translation>金属</translation>
  </message>
  <message>
   <source>Middle drag</source>
   <translation>中键拖动</translation>
  </message>
  <message>
   <source>Middle pan</source>
   <translation>中键平移</translation>
  </message>
  <message>
   <source>Middle slices</source>
   <translation>中键翻层</translation>
  </message>
  <message>
   <source>Middle window</source>
   <translation>中键调窗</translation>
  </message>
  <message>
   <source>Middle zoom</source>
   <translation>中键缩放</translation>
  </message>
  <message>
   <source>Min {value}</source>
   <translation>最小 {value}</translation>
  </message>
  <message>
   <source>MinIP</source>
   <translation>MinIP</translation>
  </message>
  <message>
   <source>Missing slices: {count}, between slices {places}. Near a gap slices are shown up to {off:.2f} mm from their places; measuring is off.</source>
   <translation>缺少层面：{count} 层，位于层面 {places} 之间。缺口附近的层面显示位置最多偏离 {off:.2f} mm；测量已关闭。</translation>
  </message>
  <message>
   <source>Modality</source>
   <translation>模态</translation>
  </message>
  <message>
   <source>Mode</source>
   <translation>模式</translation>
  </message>
  <message>
   <source>Model card</source>
   <translation>模型卡</translation>
  </message>
  <message>
   <source>Model inside its tested range</source>
   <translation>本次扫描在模型已测试范围内</translation>
  </message>
  <message>
   <source>Model outside its tested range</source>
   <translation>本次扫描超出模型已测试范围</translation>
  </message>
  <message>
   <source>Model {name}</source>
   <translation>模型 {name}</translation>
  </message>
  <message>
   <source>Models</source>
   <translation>模型</translation>
  </message>
  <message>
   <source>Models cannot be changed here.</source>
   <translation>此处不能更改模型。</translation>
  </message>
  <message>
   <source>Models of the format {name} need a newer Reading Room.</source>
   <translation>{name} 格式的模型需要更新版本的 Reading Room。</translation>
  </message>
  <message>
   <source>More measuring tools</source>
   <translation>更多测量工具</translation>
  </message>
  <message>
   <source>Mouse</source>
   <translation>鼠标</translation>
  </message>
  <message>
   <source>Move that file away, then start again. Nothing was changed.</source>
   <translation>请移走该文件后重新启动。没有任何改动。</translation>
  </message>
  <message>
   <source>Move the threshold down to see it, then confirm it.</source>
   <translation>请调低阈值以查看，然后确认。</translation>
  </message>
  <message>
   <source>Move the viewport to the other window</source>
   <translation>将视口移到另一窗口</translation>
  </message>
  <message>
   <source>My hanging</source>
   <translation>我的挂片方案</translation>
  </message>
  <message>
   <source>NIfTI data type {code} is not supported.</source>
   <translation>不支持 NIfTI 数据类型 {code}。</translation>
  </message>
  <message>
   <source>NIfTI files of 128-bit numbers are not supported.</source>
   <translation>不支持 128 位数值的 NIfTI 文件。</translation>
  </message>
  <message>
   <source>NIfTI files of 256-bit complex numbers are not supported.</source>
   <translation>不支持 256 位复数的 NIfTI 文件。</translation>
  </message>
  <message>
   <source>NIfTI files of single bits are not supported.</source>
   <translation>不支持单比特 NIfTI 文件。</translation>
  </message>
  <message>
   <source>NRRD files of this type of number are not supported.</source>
   <translation>不支持这种数字类型的 NRRD 文件。</translation>
  </message>
  <message>
   <source>NRRD files with this encoding are not supported.</source>
   <translation>不支持这种编码的 NRRD 文件。</translation>
  </message>
  <message>
   <source>NRRD files with {count} axes like this are not supported.</source>
   <translation>不支持这样的 {count} 轴 NRRD 文件。</translation>
  </message>
  <message>
   <source>NRRD images spread over several files are not supported.</source>
   <translation>不支持分散在多个文件中的 NRRD 图像。</translation>
  </message>
  <message>
   <source>Name</source>
   <translation>名称</translation>
  </message>
  <message>
   <source>Name, number, date, modality</source>
   <translation>姓名、编号、日期、检查类型</translation>
  </message>
  <message>
   <source>Name, such as my chest CT</source>
   <translation>名称，例如：我的胸部 CT</translation>
  </message>
  <message>
   <source>Nearest pixel</source>
   <translation>最近像素</translation>
  </message>
  <message>
   <source>Neck</source>
   <translation>颈部窗</translation>
  </message>
  <message>
   <source>New</source>
   <translation>新</translation>
  </message>
  <message>
   <source>Next hanging protocol</source>
   <translation>下一挂片方案</translation>
  </message>
  <message>
   <source>Next key image</source>
   <translation>下一关键图像</translation>
  </message>
  <message>
   <source>Next phase</source>
   <translation>下一期相</translation>
  </message>
  <message>
   <source>Next region of the window</source>
   <translation>窗口的下一区域</translation>
  </message>
  <message>
   <source>Next series</source>
   <translation>下一序列</translation>
  </message>
  <message>
   <source>Next study</source>
   <translation>下一个检查</translation>
  </message>
  <message>
   <source>Next to review</source>
   <translation>下一项待审阅</translation>
  </message>
  <message>
   <source>Next unit of uptake</source>
   <translation>下一个摄取单位</translation>
  </message>
  <message>
   <source>Next viewport</source>
   <translation>下一个视口</translation>
  </message>
  <message>
   <source>No AI mark does not mean normal</source>
   <translation>没有 AI 标记不代表正常</translation>
  </message>
  <message>
   <source>No AI server is set.</source>
   <translation>未设置 AI 服务器。</translation>
  </message>
  <message>
   <source>No AI was used.</source>
   <translation>未使用 AI。</translation>
  </message>
  <message>
   <source>No SUV by lean body mass: the header does not say the patient's sex.</source>
   <translation>无法计算瘦体重 SUV：文件头没有说明患者性别。</translation>
  </message>
  <message>
   <source>No SUV: the date or time of the scan was removed or is missing.</source>
   <translation>没有 SUV：扫描的日期或时间已被删除或缺失。</translation>
  </message>
  <message>
   <source>No SUV: the dates of series and acquisition contradict.</source>
   <translation>没有 SUV：序列日期与采集日期相互矛盾。</translation>
  </message>
  <message>
   <source>No SUV: the half-life of the radionuclide cannot be right.</source>
   <translation>没有 SUV：放射性核素的半衰期不可能正确。</translation>
  </message>
  <message>
   <source>No SUV: the header could not be read.</source>
   <translation>没有 SUV：无法读取文件头。</translation>
  </message>
  <message>
   <source>No SUV: the header does not say on which day the dose was injected.</source>
   <translation>没有 SUV：文件头没有说明注射的日期。</translation>
  </message>
  <message>
   <source>No SUV: the header does not say the half-life of the radionuclide.</source>
   <translation>没有 SUV：文件头没有说明放射性核素的半衰期。</translation>
  </message>
  <message>
   <source>No SUV: the header does not say the injected dose.</source>
   <translation>没有 SUV：文件头没有说明注射剂量。</translation>
  </message>
  <message>
   <source>No SUV: the header does not say the patient's weight.</source>
   <translation>没有 SUV：文件头没有说明患者体重。</translation>
  </message>
  <message>
   <source>No SUV: the header does not say the unit of the values.</source>
   <translation>没有 SUV：文件头没有说明数值的单位。</translation>
  </message>
  <message>
   <source>No SUV: the header does not say to which time decay is corrected.</source>
   <translation>没有 SUV：文件头没有说明衰减校正到哪个时刻。</translation>
  </message>
  <message>
   <source>No SUV: the header does not say when the dose was injected.</source>
   <translation>没有 SUV：文件头没有说明注射时间。</translation>
  </message>
  <message>
   <source>No SUV: the header does not say when the scan began.</source>
   <translation>没有 SUV：文件头没有说明扫描开始时间。</translation>
  </message>
  <message>
   <source>No SUV: the header's numbers do not make sense together.</source>
   <translation>没有 SUV：文件头中的数字放在一起不合理。</translation>
  </message>
  <message>
   <source>No SUV: the images are not corrected for attenuation.</source>
   <translation>没有 SUV：图像未经衰减（组织吸收）校正。</translation>
  </message>
  <message>
   <source>No SUV: the images are not corrected for decay.</source>
   <translation>没有 SUV：图像未经放射性衰变校正。</translation>
  </message>
  <message>
   <source>No SUV: the images of the series contradict each other about it.</source>
   <translation>没有 SUV：序列中的图像对此相互矛盾。</translation>
  </message>
  <message>
   <source>No SUV: the injected dose cannot be right; it may be in another unit.</source>
   <translation>没有 SUV：注射剂量不可能正确；可能用了其他单位。</translation>
  </message>
  <message>
   <source>No SUV: the patient's weight in the header cannot be right.</source>
   <translation>没有 SUV：文件头中的患者体重不可能正确。</translation>
  </message>
  <message>
   <source>No SUV: the times of injection and scan do not fit together.</source>
   <translation>没有 SUV：注射时间与扫描时间不相符。</translation>
  </message>
  <message>
   <source>No SUV: the values are counts, not activity concentrations.</source>
   <translation>没有 SUV：数值是计数，不是活度浓度。</translation>
  </message>
  <message>
   <source>No SUV: the values' unit ({unit}) is not Bq/ml.</source>
   <translation>没有 SUV：数值的单位（{unit}）不是 Bq/ml。</translation>
  </message>
  <message>
   <source>No card could be made for the model {name} ({why}).</source>
   <translation>无法为模型 {name} 生成模型卡（{why}）。</translation>
  </message>
  <message>
   <source>No finding is being edited.</source>
   <translation>没有正在编辑的所见。</translation>
  </message>
  <message>
   <source>No finding selected</source>
   <translation>未选择所见</translation>
  </message>
  <message>
   <source>No findings yet</source>
   <translation>尚无所见</translation>
  </message>
  <message>
   <source>No findings. This does not mean normal.</source>
   <translation>没有所见。这不代表正常。</translation>
  </message>
  <message>
   <source>No folder chosen</source>
   <translation>未选择文件夹</translation>
  </message>
  <message>
   <source>No font for Chinese is installed.</source>
   <translation>未安装中文字体。</translation>
  </message>
  <message>
   <source>No graphics card that PyTorch can use was found.</source>
   <translation>未找到 PyTorch 可用的显卡。</translation>
  </message>
  <message>
   <source>No images are open</source>
   <translation>没有打开图像</translation>
  </message>
  <message>
   <source>No images that can be opened were found.</source>
   <translation>未找到可打开的影像。</translation>
  </message>
  <message>
   <source>No key</source>
   <translation>清除键位</translation>
  </message>
  <message>
   <source>No lung was found in this series, so nothing was looked for.</source>
   <translation>在此序列中未找到肺，因此没有进行检测。</translation>
  </message>
  <message>
   <source>No map of influence is shown.</source>
   <translation>不显示影响图。</translation>
  </message>
  <message>
   <source>No model is installed</source>
   <translation>未安装模型</translation>
  </message>
  <message>
   <source>No model is installed to measure with.</source>
   <translation>未安装可用于测量的模型。</translation>
  </message>
  <message>
   <source>No model is installed to run beside the viewports.</source>
   <translation>未安装可在视口旁运行的模型。</translation>
  </message>
  <message>
   <source>No model is installed.</source>
   <translation>未安装模型。</translation>
  </message>
  <message>
   <source>No model is installed; studies can be read, but no AI will help.</source>
   <translation>未安装模型；可以阅片，但没有 AI 协助。</translation>
  </message>
  <message>
   <source>No name set</source>
   <translation>未设置姓名</translation>
  </message>
  <message>
   <source>No other series of this study lies in the same frame of reference.</source>
   <translation>该检查中没有参考坐标系相同的其他序列。</translation>
  </message>
  <message>
   <source>No other study</source>
   <translation>没有其他检查</translation>
  </message>
  <message>
   <source>No other study lies beside this one. Choose one to compare with.</source>
   <translation>旁边没有其他检查。请选择一项进行对比。</translation>
  </message>
  <message>
   <source>No path can be laid out straight in this series.</source>
   <translation>该序列无法沿路径拉直。</translation>
  </message>
  <message>
   <source>No permission to read the file.</source>
   <translation>没有读取该文件的权限。</translation>
  </message>
  <message>
   <source>No segment is shown.</source>
   <translation>未显示任何分割。</translation>
  </message>
  <message>
   <source>No series</source>
   <translation>无序列</translation>
  </message>
  <message>
   <source>No series here</source>
   <translation>此处没有序列</translation>
  </message>
  <message>
   <source>No study fits</source>
   <translation>没有符合的检查</translation>
  </message>
  <message>
   <source>No study is open</source>
   <translation>未打开检查</translation>
  </message>
  <message>
   <source>No study is open.</source>
   <translation>未打开检查。</translation>
  </message>
  <message>
   <source>Nodule</source>
   <translation>结节</translation>
  </message>
  <message>
   <source>None of the {count} files here could be opened.</source>
   <translation>此处的 {count} 个文件都无法打开。</translation>
  </message>
  <message>
   <source>None of the {count} files that the DICOMDIR names is here.</source>
   <translation>DICOMDIR 列出的 {count} 个文件都不在这里。</translation>
  </message>
  <message>
   <source>None that PyTorch can use; models run on the processor.</source>
   <translation>没有 PyTorch 可用的显卡；模型在处理器上运行。</translation>
  </message>
  <message>
   <source>Not a medical device</source>
   <translation>不是医疗器械</translation>
  </message>
  <message>
   <source>Not an image file that Reading Room knows.</source>
   <translation>不是 Reading Room 认识的影像文件。</translation>
  </message>
  <message>
   <source>Not every SUV can be computed.</source>
   <translation>并非每种 SUV 都能计算。</translation>
  </message>
  <message>
   <source>Not for these images</source>
   <translation>不适用于这些图像</translation>
  </message>
  <message>
   <source>Not linked</source>
   <translation>未联动</translation>
  </message>
  <message>
   <source>Not meant for</source>
   <translation>不适用于</translation>
  </message>
  <message>
   <source>Not now</source>
   <translation>暂不</translation>
  </message>
  <message>
   <source>Not opened yet</source>
   <translation>尚未打开</translation>
  </message>
  <message>
   <source>Not saved: a file is where the folder should be.</source>
   <translation>未保存：应为文件夹的位置上有一个文件。</translation>
  </message>
  <message>
   <source>Not saved: the NIfTI file did not read back as it was written.</source>
   <translation>未保存：NIfTI 文件读回的内容与写入的不一致。</translation>
  </message>
  <message>
   <source>Not saved: the disk is full.</source>
   <translation>未保存：磁盘已满。</translation>
  </message>
  <message>
   <source>Not saved: the file with your readings could not be written.</source>
   <translation>未保存：无法写入您的阅片记录文件。</translation>
  </message>
  <message>
   <source>Not saved: the file with your readings is damaged.</source>
   <translation>未保存：您的阅片记录文件已损坏。</translation>
  </message>
  <message>
   <source>Not saved: the findings did not read back as they were written.</source>
   <translation>未保存：所见读回的内容与写入的不一致。</translation>
  </message>
  <message>
   <source>Not saved: this series was read before with other images of it.</source>
   <translation>未保存：此序列之前是以其他图像阅读的。</translation>
  </message>
  <message>
   <source>Not saved: {why}.</source>
   <translation>未保存：{why}。</translation>
  </message>
  <message>
   <source>Not where it was</source>
   <translation>不在原来的位置</translation>
  </message>
  <message>
   <source>Nothing can be decided in the other study; open it for that.</source>
   <translation>不能在其他检查中作决定；如需决定，请打开该检查。</translation>
  </message>
  <message>
   <source>Nothing else was lost. Run it again; if it happens again, run `reader doctor`.</source>
   <translation>其他内容没有丢失。请重新运行；若再次发生，请运行 `reader doctor`。</translation>
  </message>
  <message>
   <source>Nothing found for “{words}”</source>
   <translation>没有找到“{words}”</translation>
  </message>
  <message>
   <source>Nothing in it was run. Ask its makers for a bundle without expressions.</source>
   <translation>未运行其中任何内容。请向制作者索取不含表达式的 bundle。</translation>
  </message>
  <message>
   <source>Nothing in it was run. Ask its makers for a file with ONNX's own operators.</source>
   <translation>未运行其中任何内容。请向制作者索取仅使用 ONNX 自带算子的文件。</translation>
  </message>
  <message>
   <source>Nothing in it was run. Only MONAI's own networks, transforms and inferers are.</source>
   <translation>未运行其中任何内容。仅运行 MONAI 自带的网络、变换和推理器。</translation>
  </message>
  <message>
   <source>Nothing in it was run. Trust it in the model manager, if you know its makers.</source>
   <translation>未运行其中任何内容。若了解其制作者，可在模型管理中信任它。</translation>
  </message>
  <message>
   <source>Nothing in them was run. Ask its makers for safetensors or a plain state_dict.</source>
   <translation>未运行其中任何内容。请向制作者索取 safetensors 或纯 state_dict。</translation>
  </message>
  <message>
   <source>Nothing is called that. Try fewer letters.</source>
   <translation>没有此名称。请减少输入的字符。</translation>
  </message>
  <message>
   <source>Nothing is known of what it does; set labels and windows on its card.</source>
   <translation>其功能未知；请在模型卡中设置标签和窗口。</translation>
  </message>
  <message>
   <source>Nothing is marked here.</source>
   <translation>此处没有标记。</translation>
  </message>
  <message>
   <source>Nothing is open</source>
   <translation>没有打开任何内容</translation>
  </message>
  <message>
   <source>Nothing leaves this machine: the application opens no connection.</source>
   <translation>没有任何内容离开本机：本应用不建立网络连接。</translation>
  </message>
  <message>
   <source>Nothing of the model was run. models/README.md lists the networks.</source>
   <translation>未运行模型的任何内容。可用网络见 models/README.md。</translation>
  </message>
  <message>
   <source>Nothing says that this is the same patient. Make sure before you compare.</source>
   <translation>没有信息表明这是同一患者。请确认后再对比。</translation>
  </message>
  <message>
   <source>Nothing was decided on these images yet.</source>
   <translation>这些图像尚无任何决定。</translation>
  </message>
  <message>
   <source>Nothing was saved. Export again; if it happens again, please report it.</source>
   <translation>没有保存任何内容。请重新导出；如果再次发生，请报告。</translation>
  </message>
  <message>
   <source>Nothing was unpacked. Get the model again from where it came from.</source>
   <translation>未解压任何内容。请从来源处重新获取该模型。</translation>
  </message>
  <message>
   <source>Nothing was written: DICOM results need a DICOM series.</source>
   <translation>没有写入任何内容：DICOM 结果需要 DICOM 序列。</translation>
  </message>
  <message>
   <source>Nothing was written: DICOM results refer to images, and this series is computed.</source>
   <translation>未写入任何内容：DICOM 结果引用图像，而该序列是计算得到的。</translation>
  </message>
  <message>
   <source>Nothing was written: no image is marked as a key image.</source>
   <translation>未写入任何内容：没有图像标记为关键图像。</translation>
  </message>
  <message>
   <source>Nuclear medicine</source>
   <translation>核医学</translation>
  </message>
  <message>
   <source>Number of slices</source>
   <translation>层数</translation>
  </message>
  <message>
   <source>ONNX models need a package that is not installed.</source>
   <translation>ONNX 模型需要一个未安装的软件包。</translation>
  </message>
  <message>
   <source>Oblique slices, turned by {degrees:.0f}° from the nearest plane of the patient. Measuring is right.</source>
   <translation>斜位层面，与患者最近的平面相差 {degrees:.0f}°。测量正确。</translation>
  </message>
  <message>
   <source>Of 100 marks scored like this, {count} were real.</source>
   <translation>同等评分的 100 处标记中 {count} 处为真。</translation>
  </message>
  <message>
   <source>On screen now. Drag a series into a box.</source>
   <translation>当前屏幕。可将序列拖入方框。</translation>
  </message>
  <message>
   <source>On the graphics card</source>
   <translation>在显卡上</translation>
  </message>
  <message>
   <source>On the processor</source>
   <translation>在处理器上</translation>
  </message>
  <message>
   <source>On {device}.</source>
   <translation>在 {device} 上。</translation>
  </message>
  <message>
   <source>One large, two small</source>
   <translation>一大两小</translation>
  </message>
  <message>
   <source>One plane only</source>
   <translation>只有一个平面</translation>
  </message>
  <message>
   <source>One slice back</source>
   <translation>上一层</translation>
  </message>
  <message>
   <source>One slice back, this side only</source>
   <translation>上一层，仅本侧</translation>
  </message>
  <message>
   <source>One slice on</source>
   <translation>下一层</translation>
  </message>
  <message>
   <source>One slice on, this side only</source>
   <translation>下一层，仅本侧</translation>
  </message>
  <message>
   <source>One viewport</source>
   <translation>单视口</translation>
  </message>
  <message>
   <source>One viewport, or all again</source>
   <translation>单视口与全部视口切换</translation>
  </message>
  <message>
   <source>Only SUV by body weight: the header does not say the patient's height.</source>
   <translation>只有按体重的 SUV：文件头没有说明患者身高。</translation>
  </message>
  <message>
   <source>Only SUV by body weight: the patient's height in the header cannot be right.</source>
   <translation>只有按体重的 SUV：文件头中的患者身高不可能正确。</translation>
  </message>
  <message>
   <source>Only a rejected finding has a reason.</source>
   <translation>只有已排除的所见才有原因。</translation>
  </message>
  <message>
   <source>Only images as they were taken can be key images; this plane is computed.</source>
   <translation>只有原始图像可作为关键图像；此平面是计算得到的。</translation>
  </message>
  <message>
   <source>Only images as they were taken can be key images; this view shows a slab.</source>
   <translation>只有原始图像可作为关键图像；此视图显示厚层。</translation>
  </message>
  <message>
   <source>Only its own slices can be shown as they are.</source>
   <translation>只能按原样显示其自身的层面。</translation>
  </message>
  <message>
   <source>Only models run that are signed with a key trusted here, or came with it.</source>
   <translation>只运行用此处受信任密钥签名的模型，或随程序附带的模型。</translation>
  </message>
  <message>
   <source>Only slices that are shifted against each other can be straightened.</source>
   <translation>只有相互错开的层面才能校直。</translation>
  </message>
  <message>
   <source>Only the {count} highest scores are listed.</source>
   <translation>只列出得分最高的 {count} 项。</translation>
  </message>
  <message>
   <source>Only volumes can be laid over each other.</source>
   <translation>只有体数据可以相互叠加。</translation>
  </message>
  <message>
   <source>Open</source>
   <translation>打开</translation>
  </message>
  <message>
   <source>Open a folder that holds images.</source>
   <translation>请打开含有影像的文件夹。</translation>
  </message>
  <message>
   <source>Open a folder to begin</source>
   <translation>打开一个文件夹开始</translation>
  </message>
  <message>
   <source>Open a folder, or drop one on this window.</source>
   <translation>请打开文件夹，或将其拖到本窗口。</translation>
  </message>
  <message>
   <source>Open a study</source>
   <translation>打开检查</translation>
  </message>
  <message>
   <source>Open a study and choose at least one format to export.</source>
   <translation>请打开检查，并至少选择一种导出格式。</translation>
  </message>
  <message>
   <source>Open a study before running the AI.</source>
   <translation>请先打开检查再运行 AI。</translation>
  </message>
  <message>
   <source>Open a study first.</source>
   <translation>请先打开检查。</translation>
  </message>
  <message>
   <source>Open another study.</source>
   <translation>请打开另一项检查。</translation>
  </message>
  <message>
   <source>Open files</source>
   <translation>打开文件</translation>
  </message>
  <message>
   <source>Open folder</source>
   <translation>打开文件夹</translation>
  </message>
  <message>
   <source>Open it and run the AI again.</source>
   <translation>请打开它并重新运行 AI。</translation>
  </message>
  <message>
   <source>Open it from its new place. All you decided on it is kept.</source>
   <translation>请从新位置打开它。您对它的所有决定都已保留。</translation>
  </message>
  <message>
   <source>Open it to decide or measure anything in it.</source>
   <translation>如需在其中决定或测量，请打开该检查。</translation>
  </message>
  <message>
   <source>Open it to run the AI on it.</source>
   <translation>如需对其运行 AI，请打开该检查。</translation>
  </message>
  <message>
   <source>Open it with a viewer for slides.</source>
   <translation>请用切片查看器打开。</translation>
  </message>
  <message>
   <source>Open it with the desktop's program</source>
   <translation>用桌面程序打开</translation>
  </message>
  <message>
   <source>Open it with the images it had then.</source>
   <translation>请用当时的那些图像打开它。</translation>
  </message>
  <message>
   <source>Open its new folder</source>
   <translation>打开它的新文件夹</translation>
  </message>
  <message>
   <source>Open that file.</source>
   <translation>请打开那个文件。</translation>
  </message>
  <message>
   <source>Open that study to keep measurements on it.</source>
   <translation>如需保存其测量，请打开该检查。</translation>
  </message>
  <message>
   <source>Open the file with a program made for it.</source>
   <translation>请用专门的程序打开该文件。</translation>
  </message>
  <message>
   <source>Open the folder again once its files are all there.</source>
   <translation>请等文件齐全后重新打开文件夹。</translation>
  </message>
  <message>
   <source>Open the folder again.</source>
   <translation>请重新打开该文件夹。</translation>
  </message>
  <message>
   <source>Open the folder that holds the images instead.</source>
   <translation>请改为打开存放图像的文件夹。</translation>
  </message>
  <message>
   <source>Open the folder that holds them, then export.</source>
   <translation>请打开存放它们的文件夹，然后导出。</translation>
  </message>
  <message>
   <source>Open the folder that holds them, then undo.</source>
   <translation>请打开存放它们的文件夹，然后撤销。</translation>
  </message>
  <message>
   <source>Open the folder that holds them.</source>
   <translation>请打开存放它们的文件夹。</translation>
  </message>
  <message>
   <source>Open the folder they are in now; what was decided comes back by itself.</source>
   <translation>请打开它们现在所在的文件夹；此前的决定会自动恢复。</translation>
  </message>
  <message>
   <source>Open the study again and export once more.</source>
   <translation>请重新打开检查并再次导出。</translation>
  </message>
  <message>
   <source>Open the study again.</source>
   <translation>请重新打开检查。</translation>
  </message>
  <message>
   <source>Open them, review the findings, then export.</source>
   <translation>请打开它们，审阅所见，然后导出。</translation>
  </message>
  <message>
   <source>Opening it runs what is in it, with your rights. Add it only if you know where it comes from; your trust is remembered for exactly this file.</source>
   <translation>打开它会以您的权限运行其中内容。仅在了解来源时添加；您的信任只对这一文件记住。</translation>
  </message>
  <message>
   <source>Opening the demo study</source>
   <translation>正在打开演示检查</translation>
  </message>
  <message>
   <source>Opens next</source>
   <translation>接下来打开</translation>
  </message>
  <message>
   <source>Order</source>
   <translation>排序</translation>
  </message>
  <message>
   <source>Other</source>
   <translation>其他</translation>
  </message>
  <message>
   <source>Other files in the folder are not affected.</source>
   <translation>文件夹中的其他文件不受影响。</translation>
  </message>
  <message>
   <source>Other key</source>
   <translation>更改键位</translation>
  </message>
  <message>
   <source>Other series</source>
   <translation>其他序列</translation>
  </message>
  <message>
   <source>Other studies</source>
   <translation>其他检查</translation>
  </message>
  <message>
   <source>Other studies of this patient</source>
   <translation>该患者的其他检查</translation>
  </message>
  <message>
   <source>Other study</source>
   <translation>其他检查</translation>
  </message>
  <message>
   <source>Outside what this model was tested on</source>
   <translation>超出该模型的测试范围</translation>
  </message>
  <message>
   <source>Over the image</source>
   <translation>图像上叠加</translation>
  </message>
  <message>
   <source>Overview</source>
   <translation>三维概览</translation>
  </message>
  <message>
   <source>Overview: from further down</source>
   <translation>三维概览：下移视角</translation>
  </message>
  <message>
   <source>Overview: from further up</source>
   <translation>三维概览：上移视角</translation>
  </message>
  <message>
   <source>Overview: from the front</source>
   <translation>三维概览：正面</translation>
  </message>
  <message>
   <source>Overview: go round by itself, or stop</source>
   <translation>三维概览：自动旋转或停止</translation>
  </message>
  <message>
   <source>Overview: greatest values or surfaces</source>
   <translation>三维概览：最大密度投影或表面</translation>
  </message>
  <message>
   <source>Overview: turn left</source>
   <translation>三维概览：左转</translation>
  </message>
  <message>
   <source>Overview: turn right</source>
   <translation>三维概览：右转</translation>
  </message>
  <message>
   <source>PD</source>
   <translation>PD</translation>
  </message>
  <message>
   <source>PET, attenuation corrected</source>
   <translation>PET，经衰减校正</translation>
  </message>
  <message>
   <source>PET, not attenuation corrected</source>
   <translation>PET，未经衰减校正</translation>
  </message>
  <message>
   <source>PET/CT with fusion</source>
   <translation>PET/CT 融合</translation>
  </message>
  <message>
   <source>Pan</source>
   <translation>平移</translation>
  </message>
  <message>
   <source>Parametric map</source>
   <translation>参数图</translation>
  </message>
  <message>
   <source>Part of it lies outside the images and is not shown.</source>
   <translation>部分位于图像之外，未显示。</translation>
  </message>
  <message>
   <source>Path: lay it out straight</source>
   <translation>路径：拉直显示</translation>
  </message>
  <message>
   <source>Path: on to the crosshair</source>
   <translation>路径：延伸到十字线</translation>
  </message>
  <message>
   <source>Path: take the last point away</source>
   <translation>路径：撤回最后一点</translation>
  </message>
  <message>
   <source>Peak {value}</source>
   <translation>峰值 {value}</translation>
  </message>
  <message>
   <source>Perfusion</source>
   <translation>灌注</translation>
  </message>
  <message>
   <source>Phase or frame</source>
   <translation>期相或帧</translation>
  </message>
  <message>
   <source>Photograph</source>
   <translation>照片</translation>
  </message>
  <message>
   <source>Picked up where it stopped</source>
   <translation>从上次中断处继续</translation>
  </message>
  <message>
   <source>Picture not flipped, not turned</source>
   <translation>恢复图像原始方向</translation>
  </message>
  <message>
   <source>Pinch</source>
   <translation>双指捏合</translation>
  </message>
  <message>
   <source>Pixel sizes are those at the detector. In the patient, lengths are shorter by the magnification, which the header does not give.</source>
   <translation>像素大小为探测器处的值。在患者体内，长度要除以放大率，而文件头没有给出放大率。</translation>
  </message>
  <message>
   <source>Pixel spacing</source>
   <translation>像素间距</translation>
  </message>
  <message>
   <source>Pixel spacing, tested</source>
   <translation>像素间距（已测试）</translation>
  </message>
  <message>
   <source>Pixels of the kind {name} are not supported.</source>
   <translation>不支持 {name} 类型的像素。</translation>
  </message>
  <message>
   <source>Pixels of {bits} bits are not supported.</source>
   <translation>不支持 {bits} 位像素。</translation>
  </message>
  <message>
   <source>Pixels stored as {name} are not supported yet.</source>
   <translation>尚不支持以 {name} 存储的像素。</translation>
  </message>
  <message>
   <source>Plane</source>
   <translation>方位</translation>
  </message>
  <message>
   <source>Play faster</source>
   <translation>加快播放</translation>
  </message>
  <message>
   <source>Play or stop</source>
   <translation>播放或停止</translation>
  </message>
  <message>
   <source>Play slower</source>
   <translation>减慢播放</translation>
  </message>
  <message>
   <source>Play to and fro, or round</source>
   <translation>往复或循环播放</translation>
  </message>
  <message>
   <source>Point value</source>
   <translation>点值</translation>
  </message>
  <message>
   <source>Preparing scans</source>
   <translation>正在准备扫描</translation>
  </message>
  <message>
   <source>Preparing the demo study</source>
   <translation>正在准备演示检查</translation>
  </message>
  <message>
   <source>Preparing the images</source>
   <translation>正在准备图像</translation>
  </message>
  <message>
   <source>Presentation state</source>
   <translation>显示状态</translation>
  </message>
  <message>
   <source>Press the key for: {action}</source>
   <translation>请按下按键：{action}</translation>
  </message>
  <message>
   <source>Previous hanging protocol</source>
   <translation>上一挂片方案</translation>
  </message>
  <message>
   <source>Previous key image</source>
   <translation>上一关键图像</translation>
  </message>
  <message>
   <source>Previous phase</source>
   <translation>上一期相</translation>
  </message>
  <message>
   <source>Previous region of the window</source>
   <translation>窗口的上一区域</translation>
  </message>
  <message>
   <source>Previous series</source>
   <translation>上一序列</translation>
  </message>
  <message>
   <source>Previous study</source>
   <translation>上一个检查</translation>
  </message>
  <message>
   <source>Previous to review</source>
   <translation>上一项待审阅</translation>
  </message>
  <message>
   <source>Previous viewport</source>
   <translation>上一个视口</translation>
  </message>
  <message>
   <source>Print or learn</source>
   <translation>打印或学习</translation>
  </message>
  <message>
   <source>Prior</source>
   <translation>既往检查</translation>
  </message>
  <message>
   <source>Processor</source>
   <translation>处理器</translation>
  </message>
  <message>
   <source>Pulmonary embolism</source>
   <translation>肺栓塞窗</translation>
  </message>
  <message>
   <source>Put a JSON file beside it; models/README.md shows one.</source>
   <translation>请在旁边放置一个 JSON 文件；示例见 models/README.md。</translation>
  </message>
  <message>
   <source>Put back the file `window_presets.toml` that came with Reading Room.</source>
   <translation>请放回 Reading Room 自带的文件 `window_presets.toml`。</translation>
  </message>
  <message>
   <source>Put back the folder `keymaps` that came with Reading Room.</source>
   <translation>请放回 Reading Room 自带的文件夹 `keymaps`。</translation>
  </message>
  <message>
   <source>Put both files, .hdr and .img, into one folder.</source>
   <translation>请把 .hdr 和 .img 两个文件放进同一个文件夹。</translation>
  </message>
  <message>
   <source>Put the other study away</source>
   <translation>移除旁边的检查</translation>
  </message>
  <message>
   <source>Put the probe on the image.</source>
   <translation>请将取值点放在图像上。</translation>
  </message>
  <message>
   <source>Put the study's files back where they were opened from, and export again.</source>
   <translation>请将检查的文件放回打开时的位置，然后重新导出。</translation>
  </message>
  <message>
   <source>Put {file} back beside it.</source>
   <translation>请将 {file} 放回其旁边。</translation>
  </message>
  <message>
   <source>Put {file} back beside its card.</source>
   <translation>请将 {file} 放回其模型卡旁边。</translation>
  </message>
  <message>
   <source>Qt</source>
   <translation>Qt</translation>
  </message>
  <message>
   <source>Qt cannot open a window here.</source>
   <translation>Qt 无法在此处打开窗口。</translation>
  </message>
  <message>
   <source>Qt does not start.</source>
   <translation>Qt 无法启动。</translation>
  </message>
  <message>
   <source>Quit</source>
   <translation>退出</translation>
  </message>
  <message>
   <source>RAR archives are not supported.</source>
   <translation>不支持 RAR 压缩包。</translation>
  </message>
  <message>
   <source>Radiograph</source>
   <translation>X 线摄影</translation>
  </message>
  <message>
   <source>Read</source>
   <translation>阅片</translation>
  </message>
  <message>
   <source>Read CT and MRI studies with an AI beside you. What the AI proposes, you confirm, edit or reject; every decision is on disk before the next.</source>
   <translation>阅读 CT 和 MRI 检查，AI 相伴。AI 提出的内容由您确认、修改或排除；每个决定都在下一个决定之前写入磁盘。</translation>
  </message>
  <message>
   <source>Read it</source>
   <translation>读取</translation>
  </message>
  <message>
   <source>Read it as text</source>
   <translation>作为文本阅读</translation>
  </message>
  <message>
   <source>Read the size while you draw, or measure on the series it was made from.</source>
   <translation>请在绘制时读取大小，或在其来源序列上测量。</translation>
  </message>
  <message>
   <source>Reading</source>
   <translation>正在读取</translation>
  </message>
  <message>
   <source>Reading Room</source>
   <translation>Reading Room</translation>
  </message>
  <message>
   <source>Reading Room keys</source>
   <translation>Reading Room 快捷键</translation>
  </message>
  <message>
   <source>Reading Room: Apache License 2.0. Type: Inter, SIL Open Font License 1.1. Icons: Phosphor, MIT. Window system: Qt 6 with PySide6, LGPL 3.</source>
   <translation>Reading Room：Apache License 2.0。字体：Inter，SIL Open Font License 1.1。图标：Phosphor，MIT。窗口系统：Qt 6 与 PySide6，LGPL 3。</translation>
  </message>
  <message>
   <source>Reading its files</source>
   <translation>正在读取其文件</translation>
  </message>
  <message>
   <source>Reading the segmentation</source>
   <translation>正在读取分割</translation>
  </message>
  <message>
   <source>Reading the server's answer</source>
   <translation>正在读取服务器的回答</translation>
  </message>
  <message>
   <source>Reading {description}</source>
   <translation>正在读取 {description}</translation>
  </message>
  <message>
   <source>Reading {name}</source>
   <translation>正在读取 {name}</translation>
  </message>
  <message>
   <source>Reading, {percent}</source>
   <translation>正在读取，{percent}</translation>
  </message>
  <message>
   <source>Reason given</source>
   <translation>已给出原因</translation>
  </message>
  <message>
   <source>Recent first</source>
   <translation>最近的在前</translation>
  </message>
  <message>
   <source>Reconstruction</source>
   <translation>重建</translation>
  </message>
  <message>
   <source>Rectangle</source>
   <translation>矩形</translation>
  </message>
  <message>
   <source>Redo</source>
   <translation>重做</translation>
  </message>
  <message>
   <source>Reduce</source>
   <translation>缩小</translation>
  </message>
  <message>
   <source>Reject</source>
   <translation>排除</translation>
  </message>
  <message>
   <source>Reject it first.</source>
   <translation>请先排除它。</translation>
  </message>
  <message>
   <source>Rejected</source>
   <translation>已排除</translation>
  </message>
  <message>
   <source>Rejected. Why?</source>
   <translation>已排除。原因？</translation>
  </message>
  <message>
   <source>Rejecting a finding</source>
   <translation>正在排除一项所见</translation>
  </message>
  <message>
   <source>Remove</source>
   <translation>移除</translation>
  </message>
  <message>
   <source>Remove it first, or give this one another id.</source>
   <translation>请先移除它，或为此模型换一个 id。</translation>
  </message>
  <message>
   <source>Remove the measurement</source>
   <translation>删除测量</translation>
  </message>
  <message>
   <source>Removing what was unpacked before</source>
   <translation>正在清除以前解压的内容</translation>
  </message>
  <message>
   <source>Report</source>
   <translation>报告</translation>
  </message>
  <message>
   <source>Report by others</source>
   <translation>他人的报告</translation>
  </message>
  <message>
   <source>Reports and documents can be read: press one in the list on the right.</source>
   <translation>报告和文档可以阅读：请在右侧列表中点选。</translation>
  </message>
  <message>
   <source>Resampled onto a straight grid: values are interpolated within each slice.</source>
   <translation>已重采样到正交网格：数值在每个层面内插值得到。</translation>
  </message>
  <message>
   <source>Research use only, not for diagnosis</source>
   <translation>仅供研究，不可用于诊断</translation>
  </message>
  <message>
   <source>Reset</source>
   <translation>重置</translation>
  </message>
  <message>
   <source>Reset all</source>
   <translation>全部重置</translation>
  </message>
  <message>
   <source>Restore model.json from where the model came from ({why}).</source>
   <translation>请从模型来源恢复 model.json（{why}）。</translation>
  </message>
  <message>
   <source>Restore model.json from where the model came from.</source>
   <translation>请从模型来源处恢复 model.json。</translation>
  </message>
  <message>
   <source>Restore the model's folder from where it came from.</source>
   <translation>请从来源恢复模型的文件夹。</translation>
  </message>
  <message>
   <source>Restore the model's folder, or write a new card for new weights.</source>
   <translation>请恢复模型的文件夹，或为新权重编写新的模型卡。</translation>
  </message>
  <message>
   <source>Review it now</source>
   <translation>现在审阅</translation>
  </message>
  <message>
   <source>Right click</source>
   <translation>右键单击</translation>
  </message>
  <message>
   <source>Right drag</source>
   <translation>右键拖动</translation>
  </message>
  <message>
   <source>Right lung</source>
   <translation>右肺</translation>
  </message>
  <message>
   <source>Right menu</source>
   <translation>右键菜单</translation>
  </message>
  <message>
   <source>Right pan</source>
   <translation>右键平移</translation>
  </message>
  <message>
   <source>Right window</source>
   <translation>右键调窗</translation>
  </message>
  <message>
   <source>Right zoom</source>
   <translation>右键缩放</translation>
  </message>
  <message>
   <source>Row {number} / {count}</source>
   <translation>行 {number} / {count}</translation>
  </message>
  <message>
   <source>Rows and columns of this series are not at right angles.</source>
   <translation>该序列的行与列不成直角。</translation>
  </message>
  <message>
   <source>Run AI</source>
   <translation>运行 AI</translation>
  </message>
  <message>
   <source>Run AI: {name}</source>
   <translation>运行 AI：{name}</translation>
  </message>
  <message>
   <source>Run `reader doctor`.</source>
   <translation>请运行 `reader doctor`。</translation>
  </message>
  <message>
   <source>Run against the card, marked</source>
   <translation>不顾模型卡运行，并注明</translation>
  </message>
  <message>
   <source>Run anyway</source>
   <translation>仍然运行</translation>
  </message>
  <message>
   <source>Run anyway, marked</source>
   <translation>仍然运行并标明</translation>
  </message>
  <message>
   <source>Run it again. If that does not help, tell whoever made the model.</source>
   <translation>请重新运行。如果无济于事，请告知模型的制作者。</translation>
  </message>
  <message>
   <source>Run it again; if it happens again, run `reader doctor`.</source>
   <translation>请重新运行；如果再次发生，请运行 `reader doctor`。</translation>
  </message>
  <message>
   <source>Run it against its card?</source>
   <translation>不顾其模型卡运行？</translation>
  </message>
  <message>
   <source>Run now</source>
   <translation>立即运行</translation>
  </message>
  <message>
   <source>Run python3 packaging/bootstrap.py install; it names the missing libraries.</source>
   <translation>请运行 python3 packaging/bootstrap.py install；它会列出缺少的库。</translation>
  </message>
  <message>
   <source>Run the AI with {run}, or add what you see with {add}.</source>
   <translation>用 {run} 运行 AI，或用 {add} 添加您看到的内容。</translation>
  </message>
  <message>
   <source>Run the AI, or add a finding.</source>
   <translation>请运行 AI，或添加所见。</translation>
  </message>
  <message>
   <source>Run the AI, or show one that is hidden.</source>
   <translation>请运行 AI，或显示已隐藏的分割。</translation>
  </message>
  <message>
   <source>Run this model with nnU-Net itself, or choose another model.</source>
   <translation>请用 nnU-Net 本身运行此模型，或选择其他模型。</translation>
  </message>
  <message>
   <source>Run {model}</source>
   <translation>运行 {model}</translation>
  </message>
  <message>
   <source>Run, marked</source>
   <translation>运行并注明</translation>
  </message>
  <message>
   <source>Running on this computer instead</source>
   <translation>改在本机运行</translation>
  </message>
  <message>
   <source>Running the AI</source>
   <translation>正在运行 AI</translation>
  </message>
  <message>
   <source>Running the model</source>
   <translation>正在运行模型</translation>
  </message>
  <message>
   <source>Runs by itself, unless you name another</source>
   <translation>自动运行，除非您指定其他模型</translation>
  </message>
  <message>
   <source>Runs on {modality}</source>
   <translation>用于 {modality}</translation>
  </message>
  <message>
   <source>SUV 0 to 10</source>
   <translation>SUV 0 至 10</translation>
  </message>
  <message>
   <source>SUV 0 to 5</source>
   <translation>SUV 0 至 5</translation>
  </message>
  <message>
   <source>SUV peak</source>
   <translation>SUV 峰值</translation>
  </message>
  <message>
   <source>SWI</source>
   <translation>SWI</translation>
  </message>
  <message>
   <source>Sagittal</source>
   <translation>矢状位</translation>
  </message>
  <message>
   <source>Sagittal oblique</source>
   <translation>斜矢状位</translation>
  </message>
  <message>
   <source>Same patient: {count}</source>
   <translation>同一患者：{count}</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>保存</translation>
  </message>
  <message>
   <source>Save as PDF</source>
   <translation>保存为 PDF</translation>
  </message>
  <message>
   <source>Saved {count} files, read back and compared.</source>
   <translation>已保存 {count} 个文件，并已读回核对。</translation>
  </message>
  <message>
   <source>Saved {time}</source>
   <translation>已保存 {time}</translation>
  </message>
  <message>
   <source>Saved {time} · 1 decision on record</source>
   <translation>已保存 {time} · 记录 1 项决定</translation>
  </message>
  <message>
   <source>Saved {time} · {count} decisions on record</source>
   <translation>已保存 {time} · 记录 {count} 项决定</translation>
  </message>
  <message>
   <source>Say that you trust it, if you know where it comes from.</source>
   <translation>若了解其来源，请声明您信任它。</translation>
  </message>
  <message>
   <source>Scan is inside the tested range.</source>
   <translation>本次扫描在已测试范围内。</translation>
  </message>
  <message>
   <source>Scan is outside the tested range.</source>
   <translation>本次扫描超出已测试范围。</translation>
  </message>
  <message>
   <source>Scar or fibrosis</source>
   <translation>瘢痕或纤维化</translation>
  </message>
  <message>
   <source>Scores below this are not coloured in the heatmap.</source>
   <translation>热图中不为低于此值的得分着色。</translation>
  </message>
  <message>
   <source>Search or command</source>
   <translation>搜索或执行命令</translation>
  </message>
  <message>
   <source>Search the library</source>
   <translation>搜索资料库</translation>
  </message>
  <message>
   <source>Second window</source>
   <translation>第二窗口</translation>
  </message>
  <message>
   <source>Second window · Reading Room</source>
   <translation>第二窗口 · Reading Room</translation>
  </message>
  <message>
   <source>Secondary capture</source>
   <translation>二次获取</translation>
  </message>
  <message>
   <source>See `reader info` on the folder.</source>
   <translation>请查看该文件夹的 `reader info`。</translation>
  </message>
  <message>
   <source>Segment {number} is described otherwise than meant.</source>
   <translation>第 {number} 个分割的描述与预期不符。</translation>
  </message>
  <message>
   <source>Segmentation</source>
   <translation>分割</translation>
  </message>
  <message>
   <source>Segments</source>
   <translation>分割</translation>
  </message>
  <message>
   <source>Segments lie over each other in the written segmentation.</source>
   <translation>写出的分割中存在相互重叠的分割。</translation>
  </message>
  <message>
   <source>Select a finding to edit, or add one.</source>
   <translation>请选择要编辑的所见，或添加一项。</translation>
  </message>
  <message>
   <source>Select it to confirm, edit or reject it.</source>
   <translation>请先选择它，再确认、修改或排除。</translation>
  </message>
  <message>
   <source>Select one, then edit it.</source>
   <translation>请先选择一项，再编辑。</translation>
  </message>
  <message>
   <source>Sending the images to the server</source>
   <translation>正在将图像发送到服务器</translation>
  </message>
  <message>
   <source>Sequence</source>
   <translation>序列类型</translation>
  </message>
  <message>
   <source>Series</source>
   <translation>序列</translation>
  </message>
  <message>
   <source>Series on other grids were resampled to the first one's.</source>
   <translation>其他网格的序列已重采样到第一个序列的网格。</translation>
  </message>
  <message>
   <source>Series stored this way will not open. Install the application again.</source>
   <translation>以此方式存储的序列将无法打开。请重新安装本应用。</translation>
  </message>
  <message>
   <source>Series without a description</source>
   <translation>无描述的序列</translation>
  </message>
  <message>
   <source>Series: {name}</source>
   <translation>序列：{name}</translation>
  </message>
  <message>
   <source>Set a point at the crosshair</source>
   <translation>在十字线处设点</translation>
  </message>
  <message>
   <source>Set the application up again: python3 packaging/bootstrap.py install</source>
   <translation>请重新安装本应用：python3 packaging/bootstrap.py install</translation>
  </message>
  <message>
   <source>Settings</source>
   <translation>设置</translation>
  </message>
  <message>
   <source>Sex: other</source>
   <translation>性别：其他</translation>
  </message>
  <message>
   <source>Shift left drag</source>
   <translation>Shift 左键拖动</translation>
  </message>
  <message>
   <source>Shift wheel</source>
   <translation>Shift 滚轮</translation>
  </message>
  <message>
   <source>Shift wheel size</source>
   <translation>Shift 滚轮调大小</translation>
  </message>
  <message>
   <source>Show</source>
   <translation>显示</translation>
  </message>
  <message>
   <source>Show AI findings from</source>
   <translation>显示 AI 结果，得分不低于</translation>
  </message>
  <message>
   <source>Show a series with gantry tilt, and wait until all of it is read.</source>
   <translation>请显示有机架倾斜的序列，并等待全部读完。</translation>
  </message>
  <message>
   <source>Show from {threshold}</source>
   <translation>从 {threshold} 起显示</translation>
  </message>
  <message>
   <source>Show its slices one by one.</source>
   <translation>请逐层显示。</translation>
  </message>
  <message>
   <source>Show only this measurement, or all</source>
   <translation>只显示此测量或全部显示</translation>
  </message>
  <message>
   <source>Show the series that suits</source>
   <translation>显示合适的序列</translation>
  </message>
  <message>
   <source>Show the tilted series, then straighten it again.</source>
   <translation>请显示倾斜的序列，然后再次校直。</translation>
  </message>
  <message>
   <source>Side panel</source>
   <translation>侧栏</translation>
  </message>
  <message>
   <source>Sign</source>
   <translation>签署</translation>
  </message>
  <message>
   <source>Sign opens when the finding above is decided.</source>
   <translation>上述所见决定后即可签署。</translation>
  </message>
  <message>
   <source>Sign opens when {count} findings are decided.</source>
   <translation>还有 {count} 项所见，决定后即可签署。</translation>
  </message>
  <message>
   <source>Signature</source>
   <translation>签名</translation>
  </message>
  <message>
   <source>Signed</source>
   <translation>已签署</translation>
  </message>
  <message>
   <source>Signed. Undo takes the signature back.</source>
   <translation>已签署。撤销可收回签名。</translation>
  </message>
  <message>
   <source>Signing and exporting</source>
   <translation>正在签署和导出</translation>
  </message>
  <message>
   <source>Signing records your name and the time. Undo takes it back.</source>
   <translation>签署会记录您的姓名和时间。撤销可收回。</translation>
  </message>
  <message>
   <source>Single images</source>
   <translation>单幅图像</translation>
  </message>
  <message>
   <source>Size</source>
   <translation>大小</translation>
  </message>
  <message>
   <source>Size of all text and controls.</source>
   <translation>所有文字和控件的大小。</translation>
  </message>
  <message>
   <source>Skip</source>
   <translation>跳过</translation>
  </message>
  <message>
   <source>Slab: maximum, minimum, mean or off</source>
   <translation>厚层：最大、最小、平均或关闭</translation>
  </message>
  <message>
   <source>Slice spacing</source>
   <translation>层间距</translation>
  </message>
  <message>
   <source>Slice spacing, tested</source>
   <translation>层间距（已测试）</translation>
  </message>
  <message>
   <source>Slice {number} / {count}</source>
   <translation>层面 {number} / {count}</translation>
  </message>
  <message>
   <source>Slice {number} / {count} · {rate} per second</source>
   <translation>层面 {number} / {count} · 每秒 {rate} 层</translation>
  </message>
  <message>
   <source>Slice {slice} lies {off:.1f} mm beside the line of the others. Measuring is off.</source>
   <translation>第 {slice} 层偏离其他层面的连线 {off:.1f} mm。测量已关闭。</translation>
  </message>
  <message>
   <source>Slices</source>
   <translation>层面</translation>
  </message>
  <message>
   <source>Slices are missing in it.</source>
   <translation>其中缺少层面。</translation>
  </message>
  <message>
   <source>Slices are unevenly spaced, {smallest:.2f} to {largest:.2f} mm apart (first at slice {first}); on the even grid shown they are up to {off:.2f} mm from their places.</source>
   <translation>层面间距不均匀，为 {smallest:.2f} 至 {largest:.2f} mm（首见于第 {first} 层）；在所示的均匀网格上最多偏离 {off:.2f} mm。</translation>
  </message>
  <message>
   <source>Slices of this plane go from 0 to {last}.</source>
   <translation>该方位的层面编号为 0 至 {last}。</translation>
  </message>
  <message>
   <source>Slices overlap: {thickness:g} mm thick, {apart:.2f} mm apart.</source>
   <translation>层面重叠：层厚 {thickness:g} mm，间距 {apart:.2f} mm。</translation>
  </message>
  <message>
   <source>Slices that could not be read: {count} ({places}). They are empty; measuring is off.</source>
   <translation>无法读取的层面：{count} 层（{places}）。它们为空白；测量已关闭。</translation>
  </message>
  <message>
   <source>Smaller brush</source>
   <translation>减小画笔</translation>
  </message>
  <message>
   <source>Soft or straight window</source>
   <translation>S 形或线性窗</translation>
  </message>
  <message>
   <source>Soft tissue</source>
   <translation>软组织</translation>
  </message>
  <message>
   <source>Soft-tissue kernel</source>
   <translation>软组织卷积核</translation>
  </message>
  <message>
   <source>Solid nodule</source>
   <translation>实性结节</translation>
  </message>
  <message>
   <source>Some images state how stored values become true ones, others do not or differ: values are not comparable from image to image.</source>
   <translation>部分图像说明了存储值如何变为真实值，其他没有说明或不同：各图像的数值不能相互比较。</translation>
  </message>
  <message>
   <source>Some of its segments have no name.</source>
   <translation>其中部分分割没有名称。</translation>
  </message>
  <message>
   <source>Some of its slices could not be read.</source>
   <translation>其部分层面无法读取。</translation>
  </message>
  <message>
   <source>Something went wrong that was not foreseen.</source>
   <translation>发生了未预料到的问题。</translation>
  </message>
  <message>
   <source>Sorting what was found</source>
   <translation>正在整理查到的内容</translation>
  </message>
  <message>
   <source>Source and decision</source>
   <translation>来源与决定</translation>
  </message>
  <message>
   <source>Start again: the damaged file is kept, and a new one is begun.</source>
   <translation>请重新启动：损坏的文件会保留，并新建一个。</translation>
  </message>
  <message>
   <source>Start it on a desktop. `reader --help` lists what works without a screen.</source>
   <translation>请在桌面环境中启动。`reader --help` 列出无需屏幕即可使用的功能。</translation>
  </message>
  <message>
   <source>Start the application again. If that does not help, install it again.</source>
   <translation>请重新启动本程序。如果没有帮助，请重新安装。</translation>
  </message>
  <message>
   <source>Start the model by itself when a suitable series is opened.</source>
   <translation>打开合适的序列时自动运行模型。</translation>
  </message>
  <message>
   <source>Stop</source>
   <translation>停止</translation>
  </message>
  <message>
   <source>Stop the AI</source>
   <translation>停止 AI</translation>
  </message>
  <message>
   <source>Stop watching</source>
   <translation>停止监视</translation>
  </message>
  <message>
   <source>Stopped by you</source>
   <translation>由您停止</translation>
  </message>
  <message>
   <source>Straight planes again</source>
   <translation>恢复正交平面</translation>
  </message>
  <message>
   <source>Straighten</source>
   <translation>校直</translation>
  </message>
  <message>
   <source>Straightening the tilted slices</source>
   <translation>正在校直倾斜的层面</translation>
  </message>
  <message>
   <source>Straightening {description}</source>
   <translation>正在校直 {description}</translation>
  </message>
  <message>
   <source>Strength of the colour</source>
   <translation>颜色强度</translation>
  </message>
  <message>
   <source>Stroke</source>
   <translation>卒中窗</translation>
  </message>
  <message>
   <source>Stronger colour</source>
   <translation>增强颜色</translation>
  </message>
  <message>
   <source>Structure set</source>
   <translation>结构集</translation>
  </message>
  <message>
   <source>Structure, AI</source>
   <translation>结构，AI</translation>
  </message>
  <message>
   <source>Studies</source>
   <translation>检查</translation>
  </message>
  <message>
   <source>Studies can be read without one. Add a model that you have.</source>
   <translation>没有模型也可阅片。可添加您已有的模型。</translation>
  </message>
  <message>
   <source>Studies like this one are always hung so from now on.</source>
   <translation>今后此类检查始终如此挂片。</translation>
  </message>
  <message>
   <source>Studies to compare with</source>
   <translation>可对比的检查</translation>
  </message>
  <message>
   <source>Study</source>
   <translation>检查</translation>
  </message>
  <message>
   <source>Study date</source>
   <translation>检查日期</translation>
  </message>
  <message>
   <source>Study without a name</source>
   <translation>没有名称的检查</translation>
  </message>
  <message>
   <source>Subdural</source>
   <translation>硬膜下窗</translation>
  </message>
  <message>
   <source>Surfaces of the segments</source>
   <translation>分割表面</translation>
  </message>
  <message>
   <source>Swap</source>
   <translation>互换</translation>
  </message>
  <message>
   <source>Swap black and white</source>
   <translation>黑白反转</translation>
  </message>
  <message>
   <source>Swap the sides of prior and current</source>
   <translation>互换既往检查与当前的左右位置</translation>
  </message>
  <message>
   <source>Swap what is fused and what lies beneath</source>
   <translation>互换融合层与底层</translation>
  </message>
  <message>
   <source>System</source>
   <translation>系统</translation>
  </message>
  <message>
   <source>T1</source>
   <translation>T1</translation>
  </message>
  <message>
   <source>T2</source>
   <translation>T2</translation>
  </message>
  <message>
   <source>TAR archives are not supported.</source>
   <translation>不支持 TAR 归档。</translation>
  </message>
  <message>
   <source>Take it</source>
   <translation>改用此键</translation>
  </message>
  <message>
   <source>Take off the list</source>
   <translation>从列表中移除</translation>
  </message>
  <message>
   <source>Take the ball, or make the planes straight again.</source>
   <translation>请使用 3D 球，或恢复正交平面。</translation>
  </message>
  <message>
   <source>Take the signature back with undo to change anything.</source>
   <translation>如需更改，请先用撤销收回签名。</translation>
  </message>
  <message>
   <source>Take the signature back with undo, then run the AI again.</source>
   <translation>请先用撤销收回签名，再重新运行 AI。</translation>
  </message>
  <message>
   <source>Taking the image</source>
   <translation>正在成像</translation>
  </message>
  <message>
   <source>Temporal bone</source>
   <translation>颞骨窗</translation>
  </message>
  <message>
   <source>Ten slices back</source>
   <translation>上移十层</translation>
  </message>
  <message>
   <source>Ten slices on</source>
   <translation>下移十层</translation>
  </message>
  <message>
   <source>Text</source>
   <translation>文字</translation>
  </message>
  <message>
   <source>The .img file with the voxels is missing.</source>
   <translation>缺少存放体素的 .img 文件。</translation>
  </message>
  <message>
   <source>The AI did not look at this study</source>
   <translation>AI 没有检测此检查</translation>
  </message>
  <message>
   <source>The AI found nothing</source>
   <translation>AI 未发现任何内容</translation>
  </message>
  <message>
   <source>The AI found nothing at {threshold} and above</source>
   <translation>AI 在 {threshold} 及以上未发现任何内容</translation>
  </message>
  <message>
   <source>The AI is already running.</source>
   <translation>AI 已在运行。</translation>
  </message>
  <message>
   <source>The AI marked fewer than {count} places.</source>
   <translation>AI 标记的位置少于 {count} 处。</translation>
  </message>
  <message>
   <source>The AI reported this place too, and the threshold hides it.</source>
   <translation>AI 也报告了此处，但被阈值隐藏。</translation>
  </message>
  <message>
   <source>The AI starts when all images are read.</source>
   <translation>所有图像读取完成后 AI 才会启动。</translation>
  </message>
  <message>
   <source>The AI's result contradicts itself and was not used.</source>
   <translation>AI 的结果自相矛盾，未被采用。</translation>
  </message>
  <message>
   <source>The AI's result does not lie on the images it was made from.</source>
   <translation>AI 的结果与其来源图像的位置不符。</translation>
  </message>
  <message>
   <source>The DICOM file describes an image but holds no pixels.</source>
   <translation>该 DICOM 文件描述了图像，但没有像素。</translation>
  </message>
  <message>
   <source>The DICOM file is cut short: part of its header is missing.</source>
   <translation>DICOM 文件不完整：缺少部分文件头。</translation>
  </message>
  <message>
   <source>The DICOM file is cut short: part of its pixel data is missing.</source>
   <translation>该 DICOM 文件不完整：缺少部分像素数据。</translation>
  </message>
  <message>
   <source>The DICOM file is cut short: {present} of {needed} bytes of pixel data.</source>
   <translation>该 DICOM 文件不完整：像素数据 {needed} 字节中只有 {present} 字节。</translation>
  </message>
  <message>
   <source>The DICOM file is cut short: {present} of {needed} frames.</source>
   <translation>DICOM 文件不完整：{needed} 帧中只有 {present} 帧。</translation>
  </message>
  <message>
   <source>The DICOM file is damaged and cannot be read.</source>
   <translation>该 DICOM 文件已损坏，无法读取。</translation>
  </message>
  <message>
   <source>The DICOMDIR is damaged.</source>
   <translation>DICOMDIR 已损坏。</translation>
  </message>
  <message>
   <source>The DICOMDIR names files outside its own folder.</source>
   <translation>DICOMDIR 指向了自身文件夹之外的文件。</translation>
  </message>
  <message>
   <source>The DICOMDIR names no files.</source>
   <translation>DICOMDIR 没有列出任何文件。</translation>
  </message>
  <message>
   <source>The MetaImage header is damaged or cut short.</source>
   <translation>MetaImage 文件头已损坏或不完整。</translation>
  </message>
  <message>
   <source>The NIfTI header gives a grid that cannot exist.</source>
   <translation>NIfTI 文件头给出的网格不可能存在。</translation>
  </message>
  <message>
   <source>The NIfTI header is damaged or cut short.</source>
   <translation>NIfTI 文件头已损坏或不完整。</translation>
  </message>
  <message>
   <source>The NIfTI header is damaged: it states no usable size.</source>
   <translation>NIfTI 文件头已损坏：没有可用的尺寸。</translation>
  </message>
  <message>
   <source>The NRRD header does not say in which order bytes are stored.</source>
   <translation>NRRD 文件头没有说明字节顺序。</translation>
  </message>
  <message>
   <source>The NRRD header is damaged or cut short.</source>
   <translation>NRRD 文件头已损坏或不完整。</translation>
  </message>
  <message>
   <source>The ONNX model {name} cannot be used ({why}).</source>
   <translation>无法使用 ONNX 模型 {name}（{why}）。</translation>
  </message>
  <message>
   <source>The address of the AI server cannot be used.</source>
   <translation>无法使用 AI 服务器的地址。</translation>
  </message>
  <message>
   <source>The archive could not be unpacked ({why}).</source>
   <translation>无法解压该压缩包（{why}）。</translation>
  </message>
  <message>
   <source>The archive holds links to other places. It is not opened.</source>
   <translation>该压缩包含有指向别处的链接。未打开。</translation>
  </message>
  <message>
   <source>The archive holds too many files.</source>
   <translation>压缩包内文件过多。</translation>
  </message>
  <message>
   <source>The archive holds too many files. It is not opened.</source>
   <translation>该压缩包中的文件太多。未打开。</translation>
  </message>
  <message>
   <source>The archive holds two files of one name.</source>
   <translation>压缩包内有两个同名文件。</translation>
  </message>
  <message>
   <source>The archive is compressed in a way that is not supported.</source>
   <translation>该压缩包的压缩方式不受支持。</translation>
  </message>
  <message>
   <source>The archive is damaged or cut short.</source>
   <translation>该压缩包已损坏或不完整。</translation>
  </message>
  <message>
   <source>The archive is damaged.</source>
   <translation>压缩包已损坏。</translation>
  </message>
  <message>
   <source>The archive is encrypted, or packed in a way that is not supported.</source>
   <translation>压缩包已加密，或压缩方式不受支持。</translation>
  </message>
  <message>
   <source>The archive is protected with a password.</source>
   <translation>该压缩包有密码保护。</translation>
  </message>
  <message>
   <source>The archive names files outside its folder. It is not opened.</source>
   <translation>该压缩包指向了自身文件夹之外的文件。未打开。</translation>
  </message>
  <message>
   <source>The archive unpacks to far more than its size.</source>
   <translation>压缩包解压后远大于其大小。</translation>
  </message>
  <message>
   <source>The archive unpacks to far more than its size. It is not opened.</source>
   <translation>该压缩包解压后远大于其自身大小。未打开。</translation>
  </message>
  <message>
   <source>The archive would write outside its own folder.</source>
   <translation>压缩包会写到其文件夹之外。</translation>
  </message>
  <message>
   <source>The archive's files lie over each other. It is not opened.</source>
   <translation>该压缩包中的文件相互重叠。未打开。</translation>
  </message>
  <message>
   <source>The bundle {name} asks for {target}, which Reading Room does not build.</source>
   <translation>bundle {name} 要求 {target}，Reading Room 不构建它。</translation>
  </message>
  <message>
   <source>The bundle {name} needs a program to be run: {text} at {place}.</source>
   <translation>bundle {name} 需要运行程序：{place} 处的 {text}。</translation>
  </message>
  <message>
   <source>The bundle {name} needs {package}, which is not installed.</source>
   <translation>bundle {name} 需要 {package}，但未安装。</translation>
  </message>
  <message>
   <source>The bundle's preparation does not fit this series.</source>
   <translation>该 bundle 的预处理不适用于此序列。</translation>
  </message>
  <message>
   <source>The bundle's result could not be fitted to the images.</source>
   <translation>无法将该 bundle 的结果与图像对应。</translation>
  </message>
  <message>
   <source>The card of the model {name} cannot be read.</source>
   <translation>无法读取模型 {name} 的模型卡。</translation>
  </message>
  <message>
   <source>The card of the model {name} cannot be used ({why}).</source>
   <translation>无法使用模型 {name} 的模型卡（{why}）。</translation>
  </message>
  <message>
   <source>The card of the model {name} lists other labels than its files.</source>
   <translation>模型 {name} 的模型卡所列标签与其文件不同。</translation>
  </message>
  <message>
   <source>The checkpoint {name} holds more than weights and was not opened.</source>
   <translation>检查点 {name} 不仅含有权重，未打开。</translation>
  </message>
  <message>
   <source>The checkpoint {name} is damaged or incomplete.</source>
   <translation>检查点 {name} 已损坏或不完整。</translation>
  </message>
  <message>
   <source>The checkpoint {name} would unfold to more than it is.</source>
   <translation>检查点 {name} 展开后会远大于其本身。</translation>
  </message>
  <message>
   <source>The choice of models was not saved: {why}.</source>
   <translation>未保存模型选择：{why}。</translation>
  </message>
  <message>
   <source>The choice of thresholds was not saved: {why}.</source>
   <translation>未保存阈值选择：{why}。</translation>
  </message>
  <message>
   <source>The chosen hanging protocols could not be read. The best fit is used.</source>
   <translation>无法读取已选的挂片方案。已使用最佳匹配。</translation>
  </message>
  <message>
   <source>The class of the images is not one of those known ({name}): what their values and places mean is taken from their header alone.</source>
   <translation>图像的类别未知（{name}）：其数值和位置的含义只取自文件头。</translation>
  </message>
  <message>
   <source>The colour palette in the header is damaged.</source>
   <translation>文件头中的调色板已损坏。</translation>
  </message>
  <message>
   <source>The colour palette is missing from the header.</source>
   <translation>文件头中缺少调色板。</translation>
  </message>
  <message>
   <source>The configuration of the bundle {name} cannot be read ({place}).</source>
   <translation>无法读取 bundle {name} 的配置（{place}）。</translation>
  </message>
  <message>
   <source>The data file that the header names is missing.</source>
   <translation>文件头指定的数据文件不存在。</translation>
  </message>
  <message>
   <source>The data folder holds none of the scans of the recipe.</source>
   <translation>数据文件夹中没有该方案所用的扫描。</translation>
  </message>
  <message>
   <source>The demo study could not be made ({why}).</source>
   <translation>无法制作演示检查（{why}）。</translation>
  </message>
  <message>
   <source>The distance between its pixels or slices is unknown.</source>
   <translation>其像素或层面的间距未知。</translation>
  </message>
  <message>
   <source>The distance between the pixels of these images is not known.</source>
   <translation>这些图像的像素间距未知。</translation>
  </message>
  <message>
   <source>The distance between the slices of this series is not even or not known.</source>
   <translation>该序列的层间距不均匀或未知。</translation>
  </message>
  <message>
   <source>The document could not be copied.</source>
   <translation>无法复制该文档。</translation>
  </message>
  <message>
   <source>The document is too large.</source>
   <translation>该文档太大。</translation>
  </message>
  <message>
   <source>The fast number format failed; the run was repeated in full.</source>
   <translation>快速数值格式失败；已用完整精度重新运行。</translation>
  </message>
  <message>
   <source>The file can no longer be read.</source>
   <translation>该文件已无法读取。</translation>
  </message>
  <message>
   <source>The file claims to hold {frames} frames.</source>
   <translation>该文件声称含有 {frames} 帧。</translation>
  </message>
  <message>
   <source>The file could not be opened.</source>
   <translation>该文件无法打开。</translation>
  </message>
  <message>
   <source>The file does not say which segments it holds.</source>
   <translation>该文件没有说明包含哪些分割。</translation>
  </message>
  <message>
   <source>The file for your readings belongs to another program.</source>
   <translation>您的阅片记录文件属于另一个程序。</translation>
  </message>
  <message>
   <source>The file for your readings cannot be opened or written.</source>
   <translation>无法打开或写入您的阅片记录文件。</translation>
  </message>
  <message>
   <source>The file has changed since the folder was looked through.</source>
   <translation>扫描文件夹之后，该文件发生了变化。</translation>
  </message>
  <message>
   <source>The file holds a single image: it is no volume.</source>
   <translation>该文件只有一幅图像：不构成体数据。</translation>
  </message>
  <message>
   <source>The file holds complex numbers; their magnitude is shown.</source>
   <translation>该文件含有复数；显示其幅值。</translation>
  </message>
  <message>
   <source>The file holds too many volumes ({count}).</source>
   <translation>该文件包含的体数据太多（{count}）。</translation>
  </message>
  <message>
   <source>The file holds values that are no labels.</source>
   <translation>该文件含有不是标签的数值。</translation>
  </message>
  <message>
   <source>The file is damaged or cut short.</source>
   <translation>该文件已损坏或不完整。</translation>
  </message>
  <message>
   <source>The file is empty (0 bytes).</source>
   <translation>该文件为空（0 字节）。</translation>
  </message>
  <message>
   <source>The file just written cannot be read back.</source>
   <translation>刚写入的文件无法读回。</translation>
  </message>
  <message>
   <source>The file of the model {name} is damaged, or no ONNX file.</source>
   <translation>模型 {name} 的文件已损坏，或不是 ONNX 文件。</translation>
  </message>
  <message>
   <source>The file with your readings was damaged. It was kept as {name}, and a new one begun.</source>
   <translation>您的阅片记录文件已损坏。它已保留为 {name}，并新建了一个。</translation>
  </message>
  <message>
   <source>The file {name} holds no keys of Reading Room.</source>
   <translation>文件 {name} 不含 Reading Room 键位。</translation>
  </message>
  <message>
   <source>The file {name} is not there.</source>
   <translation>文件 {name} 不存在。</translation>
  </message>
  <message>
   <source>The file's values do not fit in 32 bits.</source>
   <translation>该文件的数值超出 32 位范围。</translation>
  </message>
  <message>
   <source>The files of this study are no longer where they were.</source>
   <translation>此检查的文件已不在原来的位置。</translation>
  </message>
  <message>
   <source>The finding is too small for the model's grid.</source>
   <translation>该所见相对于模型网格过小。</translation>
  </message>
  <message>
   <source>The first one: {why}</source>
   <translation>第一个：{why}</translation>
  </message>
  <message>
   <source>The first slice appears as soon as it is read.</source>
   <translation>第一层读取后立即显示。</translation>
  </message>
  <message>
   <source>The first stage of this nnU-Net cascade, {name}, is missing.</source>
   <translation>缺少此 nnU-Net 级联的第一阶段 {name}。</translation>
  </message>
  <message>
   <source>The first window keeps one viewport.</source>
   <translation>第一窗口至少保留一个视口。</translation>
  </message>
  <message>
   <source>The folder `models` lists what is there; its README says how to add one.</source>
   <translation>文件夹 `models` 中列有现有模型；其中的 README 说明如何添加。</translation>
  </message>
  <message>
   <source>The folder for your own data could not be made ({why}).</source>
   <translation>无法创建存放您数据的文件夹（{why}）。</translation>
  </message>
  <message>
   <source>The folder lies in too many other folders.</source>
   <translation>该文件夹的层级过深。</translation>
  </message>
  <message>
   <source>The fonts that ship with the application do not load.</source>
   <translation>本应用自带的字体无法载入。</translation>
  </message>
  <message>
   <source>The frames of the segmentation lie too far apart.</source>
   <translation>该分割的各帧相距太远。</translation>
  </message>
  <message>
   <source>The graphics card ran out of memory; the run went on with less.</source>
   <translation>显存不足；已用较小的块继续运行。</translation>
  </message>
  <message>
   <source>The grid's axes are not at right angles. Measuring is off.</source>
   <translation>网格的轴不成直角。测量已关闭。</translation>
  </message>
  <message>
   <source>The hanging protocol was not saved: {why}.</source>
   <translation>挂片方案未保存：{why}。</translation>
  </message>
  <message>
   <source>The hanging protocol {file} was left out: {why}</source>
   <translation>未采用挂片方案 {file}：{why}</translation>
  </message>
  <message>
   <source>The header and the compressed images disagree on whether values can be negative. The header is followed.</source>
   <translation>文件头与压缩图像对数值能否为负说法不一。按文件头显示。</translation>
  </message>
  <message>
   <source>The header claims {frames} images of {rows} × {columns} pixels, which no file holds.</source>
   <translation>文件头声称有 {frames} 幅 {rows} × {columns} 像素的图像，没有文件能容纳。</translation>
  </message>
  <message>
   <source>The header contradicts itself: {name} with {samples} samples per pixel.</source>
   <translation>文件头自相矛盾：{name} 每像素却有 {samples} 个样本。</translation>
  </message>
  <message>
   <source>The header does not name the class of the images: what their values and places mean is taken from its other elements alone.</source>
   <translation>文件头没有说明图像的类别：其数值和位置的含义只取自其他元素。</translation>
  </message>
  <message>
   <source>The header does not say how large a pixel is. Lengths are in pixels.</source>
   <translation>文件头没有说明像素的大小。长度以像素计。</translation>
  </message>
  <message>
   <source>The header does not say how large a pixel is: only pixels can be counted.</source>
   <translation>文件头没有说明像素的大小：只能计像素数。</translation>
  </message>
  <message>
   <source>The header does not say how large a voxel is. Measuring is off.</source>
   <translation>文件头没有说明体素大小。测量已关闭。</translation>
  </message>
  <message>
   <source>The header does not say how the patient lies: left and right may be swapped.</source>
   <translation>文件头没有说明患者体位：左右可能颠倒。</translation>
  </message>
  <message>
   <source>The header does not say where the images lie. They are shown one by one in the order of their numbers, not as a volume.</source>
   <translation>文件头没有说明图像的位置。按编号顺序逐幅显示，不作为体数据。</translation>
  </message>
  <message>
   <source>The header gives two places (sform and qform); the sform is used.</source>
   <translation>文件头给出了两个位置（sform 和 qform）；采用 sform。</translation>
  </message>
  <message>
   <source>The header gives two voxel sizes (sform and qform). Measuring is off.</source>
   <translation>文件头给出了两种体素大小（sform 和 qform）。测量已关闭。</translation>
  </message>
  <message>
   <source>The header names a data file outside its own folder. It is not read.</source>
   <translation>文件头指定了自身文件夹之外的数据文件。未读取。</translation>
  </message>
  <message>
   <source>The header names no frame of reference, so the series is not linked to others.</source>
   <translation>文件头没有写明参考坐标系，因此该序列不与其他序列联动。</translation>
  </message>
  <message>
   <source>The header says slices are {stated:g} mm apart, their positions say {apart:.2f} mm. The positions are used.</source>
   <translation>文件头说层面相距 {stated:g} mm，而其位置相距 {apart:.2f} mm。采用位置。</translation>
  </message>
  <message>
   <source>The header says that the series has {stated} slices; {present} are here.</source>
   <translation>文件头说该序列有 {stated} 个层面；这里有 {present} 个。</translation>
  </message>
  <message>
   <source>The header says where the slices lie to each other, not in the patient: letters for the patient's sides mean nothing here. Measuring is right.</source>
   <translation>文件头只说明了层面之间的相对位置，没有说明在患者体内的位置：这里的方位字母没有意义。测量正确。</translation>
  </message>
  <message>
   <source>The header's directions of rows and columns are missing or impossible. The images are shown one by one in the order of their numbers, not as a volume.</source>
   <translation>文件头中行和列的方向缺失或不可能。图像按编号顺序逐幅显示，不作为体数据。</translation>
  </message>
  <message>
   <source>The image is larger than this computer's memory.</source>
   <translation>该图像大于本机的内存。</translation>
  </message>
  <message>
   <source>The images do not say where in the patient they lie.</source>
   <translation>图像没有说明其在患者体内的位置。</translation>
  </message>
  <message>
   <source>The images name {count} frames of reference, so the series is not linked to others.</source>
   <translation>图像使用了 {count} 个参考坐标系，因此该序列不与其他序列联动。</translation>
  </message>
  <message>
   <source>The images of these findings are not open.</source>
   <translation>这些所见的图像未打开。</translation>
  </message>
  <message>
   <source>The images of this finding are not open.</source>
   <translation>该所见的图像未打开。</translation>
  </message>
  <message>
   <source>The images that these results belong to cannot be read any more.</source>
   <translation>这些结果所属的图像已无法读取。</translation>
  </message>
  <message>
   <source>The images that this is about are not open.</source>
   <translation>它所针对的图像没有打开。</translation>
  </message>
  <message>
   <source>The images this was drawn on are not open.</source>
   <translation>绘制时所用的图像未打开。</translation>
  </message>
  <message>
   <source>The images were compressed with loss: fine detail may be missing.</source>
   <translation>图像经有损压缩：细微结构可能缺失。</translation>
  </message>
  <message>
   <source>The key could not be read ({why}).</source>
   <translation>无法读取密钥（{why}）。</translation>
  </message>
  <message>
   <source>The key images did not read back as they were written.</source>
   <translation>关键图像读回的内容与写入的不一致。</translation>
  </message>
  <message>
   <source>The key was not written ({why}).</source>
   <translation>未写入密钥（{why}）。</translation>
  </message>
  <message>
   <source>The keys are saved as {name}.</source>
   <translation>快捷键已保存为 {name}。</translation>
  </message>
  <message>
   <source>The keys of {name} could not be read.</source>
   <translation>无法读取 {name} 的键位。</translation>
  </message>
  <message>
   <source>The keys were not saved: {why}.</source>
   <translation>键位未保存：{why}。</translation>
  </message>
  <message>
   <source>The labels of the model {name} are not numbered from 1 on.</source>
   <translation>模型 {name} 的标签不是从 1 开始编号。</translation>
  </message>
  <message>
   <source>The layer list of the model {name} cannot be used ({why}).</source>
   <translation>无法使用模型 {name} 的层列表（{why}）。</translation>
  </message>
  <message>
   <source>The ledger of this batch cannot be opened.</source>
   <translation>无法打开此批处理的台账。</translation>
  </message>
  <message>
   <source>The library has no other study of this patient. Open the folder that holds one.</source>
   <translation>资料库中没有该患者的其他检查。请打开含有其他检查的文件夹。</translation>
  </message>
  <message>
   <source>The list has them all.</source>
   <translation>全部都在列表中。</translation>
  </message>
  <message>
   <source>The list of hanging protocols takes it back.</source>
   <translation>可在挂片方案列表中取消。</translation>
  </message>
  <message>
   <source>The list says why, file by file.</source>
   <translation>列表逐个说明原因。</translation>
  </message>
  <message>
   <source>The log says more; `reader doctor` checks the machine.</source>
   <translation>日志中有更多信息；`reader doctor` 可检查本机。</translation>
  </message>
  <message>
   <source>The map of {model} stays alike when what the model learned is taken away, so it is not used for this model.</source>
   <translation>去掉所学权重后 {model} 的影响图仍几乎不变，因此不用于此模型。</translation>
  </message>
  <message>
   <source>The marked voxels do not lie on the series they are to be exported with.</source>
   <translation>标记的体素不在要一同导出的序列上。</translation>
  </message>
  <message>
   <source>The model cannot be asked about this.</source>
   <translation>无法就此询问该模型。</translation>
  </message>
  <message>
   <source>The model could not be copied ({why}).</source>
   <translation>无法复制该模型（{why}）。</translation>
  </message>
  <message>
   <source>The model crashed ({code}).</source>
   <translation>模型已崩溃（{code}）。</translation>
  </message>
  <message>
   <source>The model failed on the server.</source>
   <translation>模型在服务器上运行失败。</translation>
  </message>
  <message>
   <source>The model has changed since it was looked at.</source>
   <translation>该模型在查看后已发生更改。</translation>
  </message>
  <message>
   <source>The model is not signed with a key that is trusted here.</source>
   <translation>该模型未用此处受信任的密钥签名。</translation>
  </message>
  <message>
   <source>The model itself marks from {threshold}.</source>
   <translation>模型自身从 {threshold} 起标记。</translation>
  </message>
  <message>
   <source>The model needs more memory than is free.</source>
   <translation>模型所需内存超过可用内存。</translation>
  </message>
  <message>
   <source>The model returned values that are not numbers.</source>
   <translation>模型返回了非数值。</translation>
  </message>
  <message>
   <source>The model stopped while the frames were measured.</source>
   <translation>测量帧率时模型已停止。</translation>
  </message>
  <message>
   <source>The model stopped with an error ({kind}).</source>
   <translation>模型因错误停止（{kind}）。</translation>
  </message>
  <message>
   <source>The model {id} came with Reading Room and stays.</source>
   <translation>模型 {id} 随 Reading Room 附带，予以保留。</translation>
  </message>
  <message>
   <source>The model {name} does not say which network its weights belong to.</source>
   <translation>模型 {name} 未说明其权重属于哪种网络。</translation>
  </message>
  <message>
   <source>The model {name} is a program, and you have not said you trust it.</source>
   <translation>模型 {name} 是程序，而您尚未声明信任它。</translation>
  </message>
  <message>
   <source>The model {name} needs a newer Reading Room.</source>
   <translation>模型 {name} 需要更新版本的 Reading Room。</translation>
  </message>
  <message>
   <source>The model {name} needs operators of {domain}, which are programs of their own.</source>
   <translation>模型 {name} 需要 {domain} 的算子，它们本身是程序。</translation>
  </message>
  <message>
   <source>The model {name} tells {found} things apart, its card names {wanted}.</source>
   <translation>模型 {name} 区分 {found} 类，其模型卡列出 {wanted} 类。</translation>
  </message>
  <message>
   <source>The model {name} wants to read a file outside its own folder.</source>
   <translation>模型 {name} 试图读取其文件夹之外的文件。</translation>
  </message>
  <message>
   <source>The model {name} would need an absurd amount of memory.</source>
   <translation>模型 {name} 所需内存大得不合理。</translation>
  </message>
  <message>
   <source>The model's files could not be read ({why}).</source>
   <translation>无法读取该模型的文件（{why}）。</translation>
  </message>
  <message>
   <source>The models on this machine could not be changed ({why}).</source>
   <translation>无法更改本机上的模型（{why}）。</translation>
  </message>
  <message>
   <source>The multi-frame header is damaged.</source>
   <translation>多帧文件头已损坏。</translation>
  </message>
  <message>
   <source>The network of the model {name} does not take its windows.</source>
   <translation>模型 {name} 的网络不接受其窗口尺寸。</translation>
  </message>
  <message>
   <source>The network of this nnU-Net model is built with {name}.</source>
   <translation>此 nnU-Net 模型的网络由 {name} 构建。</translation>
  </message>
  <message>
   <source>The network {name} cannot be built ({why}).</source>
   <translation>无法构建网络 {name}（{why}）。</translation>
  </message>
  <message>
   <source>The network {name} is not one that Reading Room builds.</source>
   <translation>Reading Room 不构建网络 {name}。</translation>
  </message>
  <message>
   <source>The object is damaged and cannot be read.</source>
   <translation>该对象已损坏，无法读取。</translation>
  </message>
  <message>
   <source>The options on this model's card cannot be used.</source>
   <translation>无法使用此模型卡中的选项。</translation>
  </message>
  <message>
   <source>The other study is being looked for.</source>
   <translation>正在查找其他检查。</translation>
  </message>
  <message>
   <source>The overview appears when all slices are read.</source>
   <translation>所有层面读取完成后显示三维概览。</translation>
  </message>
  <message>
   <source>The page Models lists what is there. Add one by dropping it there.</source>
   <translation>“模型”页列出已有模型。将模型拖放到该页即可添加。</translation>
  </message>
  <message>
   <source>The part that talks to AI servers is not installed.</source>
   <translation>未安装与 AI 服务器通信的组件。</translation>
  </message>
  <message>
   <source>The peak is the mean of a sphere, and these images are no even volume.</source>
   <translation>峰值是球形区域的均值，而这些图像不是均匀的体数据。</translation>
  </message>
  <message>
   <source>The picture could not be encoded.</source>
   <translation>无法编码该图片。</translation>
  </message>
  <message>
   <source>The pixels of an image could not be decoded ({syntax}).</source>
   <translation>图像像素无法解码（{syntax}）。</translation>
  </message>
  <message>
   <source>The pixels of the segmentation are not all there.</source>
   <translation>该分割的像素不完整。</translation>
  </message>
  <message>
   <source>The pixels of the segmentation cannot be decoded.</source>
   <translation>该分割的像素无法解码。</translation>
  </message>
  <message>
   <source>The plans of this nnU-Net model are damaged or incomplete ({what}).</source>
   <translation>此 nnU-Net 模型的 plans 已损坏或不完整（{what}）。</translation>
  </message>
  <message>
   <source>The program that decodes compressed images does not start.</source>
   <translation>解码压缩图像的程序无法启动。</translation>
  </message>
  <message>
   <source>The program that runs models does not start.</source>
   <translation>运行模型的程序无法启动。</translation>
  </message>
  <message>
   <source>The report describes a finding otherwise than meant.</source>
   <translation>报告对一项所见的描述与预期不符。</translation>
  </message>
  <message>
   <source>The report does not hold the findings it should.</source>
   <translation>报告中的所见与应有的不一致。</translation>
  </message>
  <message>
   <source>The report has no content.</source>
   <translation>该报告没有内容。</translation>
  </message>
  <message>
   <source>The report is too deep or too long to be one.</source>
   <translation>该报告过深或过长，不像一份报告。</translation>
  </message>
  <message>
   <source>The report puts a finding in another place than meant.</source>
   <translation>报告中一项所见的位置与预期不符。</translation>
  </message>
  <message>
   <source>The report refers to another segment than meant.</source>
   <translation>报告引用的分割与预期不符。</translation>
  </message>
  <message>
   <source>The report says otherwise than meant who answers for it.</source>
   <translation>报告中的负责人与预期不符。</translation>
  </message>
  <message>
   <source>The result does not lie on the grid of this series.</source>
   <translation>结果不在此序列的网格上。</translation>
  </message>
  <message>
   <source>The result names another patient or study than its images.</source>
   <translation>结果中的患者或检查与其图像不一致。</translation>
  </message>
  <message>
   <source>The result's {name} could not be read.</source>
   <translation>无法读取结果中的 {name}。</translation>
  </message>
  <message>
   <source>The same image as {name}, which is opened.</source>
   <translation>与已打开的 {name} 是同一图像。</translation>
  </message>
  <message>
   <source>The score ranks marks and is no probability.</source>
   <translation>得分只用于排序，不是概率。</translation>
  </message>
  <message>
   <source>The segmentation belongs to another study than the report.</source>
   <translation>分割与报告属于不同的检查。</translation>
  </message>
  <message>
   <source>The segmentation did not read back with the voxels that were marked.</source>
   <translation>分割读回的体素与标记的不一致。</translation>
  </message>
  <message>
   <source>The segmentation does not hold the segments it should.</source>
   <translation>分割中的内容与应有的不一致。</translation>
  </message>
  <message>
   <source>The segmentation has another number of frames than positions.</source>
   <translation>该分割的帧数与位置数不同。</translation>
  </message>
  <message>
   <source>The segmentation has no pixels.</source>
   <translation>该分割没有像素。</translation>
  </message>
  <message>
   <source>The segmentation has too many segments.</source>
   <translation>该分割对象的分割太多。</translation>
  </message>
  <message>
   <source>The segmentation holds no pixels.</source>
   <translation>该分割不含像素。</translation>
  </message>
  <message>
   <source>The segmentation lies on another grid than its images.</source>
   <translation>分割与其图像的网格不同。</translation>
  </message>
  <message>
   <source>The segmentation was changed while it was being exported.</source>
   <translation>导出过程中分割被更改。</translation>
  </message>
  <message>
   <source>The series for this model do not share a frame of reference.</source>
   <translation>此模型所需的序列不在同一参考坐标系。</translation>
  </message>
  <message>
   <source>The series has another number of slices than its images.</source>
   <translation>序列的层数与其图像不一致。</translation>
  </message>
  <message>
   <source>The series holds {parts} stacks that are not one volume; this is number {number} ({label}). Images in the others: {others}.</source>
   <translation>该序列含有 {parts} 个不属于同一体数据的堆栈；这是第 {number} 个（{label}）。其他堆栈中的图像：{others}。</translation>
  </message>
  <message>
   <source>The series needs {needed:.1f} GB of memory.</source>
   <translation>该序列需要 {needed:.1f} GB 内存。</translation>
  </message>
  <message>
   <source>The server could not be reached, so the run was done here.</source>
   <translation>无法连接服务器，已在本机运行。</translation>
  </message>
  <message>
   <source>The server does not have this version of the model, so the run was done here.</source>
   <translation>服务器没有此版本的模型，已在本机运行。</translation>
  </message>
  <message>
   <source>The server refused the token, so the run was done here.</source>
   <translation>服务器拒绝了令牌，已在本机运行。</translation>
  </message>
  <message>
   <source>The server was lost, so the run was done here.</source>
   <translation>与服务器的连接中断，已在本机运行。</translation>
  </message>
  <message>
   <source>The server's answer could not be used, so the run was done here.</source>
   <translation>服务器的回答无法使用，已在本机运行。</translation>
  </message>
  <message>
   <source>The server's token would travel unprotected.</source>
   <translation>服务器令牌将以未加密方式传输。</translation>
  </message>
  <message>
   <source>The setting {name} had no usable value. Its default is used.</source>
   <translation>设置 {name} 的值不可用。已使用默认值。</translation>
  </message>
  <message>
   <source>The settings could not be read. The defaults are used.</source>
   <translation>无法读取设置。已使用默认值。</translation>
  </message>
  <message>
   <source>The settings could not be understood. The defaults are used; the file was kept as {name}.</source>
   <translation>无法理解设置。已使用默认值；原文件已保留为 {name}。</translation>
  </message>
  <message>
   <source>The settings were not saved: {why}.</source>
   <translation>设置未保存：{why}。</translation>
  </message>
  <message>
   <source>The signature of the model {name} cannot be read.</source>
   <translation>无法读取模型 {name} 的签名。</translation>
  </message>
  <message>
   <source>The signature of the model {name} is not for this pack.</source>
   <translation>模型 {name} 的签名不属于此模型包。</translation>
  </message>
  <message>
   <source>The signature of the model {name} is wrong.</source>
   <translation>模型 {name} 的签名错误。</translation>
  </message>
  <message>
   <source>The size of the segmentation is not one that can be.</source>
   <translation>该分割的大小不可能正确。</translation>
  </message>
  <message>
   <source>The stack has only {count} slices: other planes through it show next to nothing.</source>
   <translation>该堆栈只有 {count} 个层面：穿过它的其他平面几乎看不到内容。</translation>
  </message>
  <message>
   <source>The stack is tilted by {degrees:.1f}°: each slice lies {drift:.2f} mm sideways of the one before. Places are right; reformatted planes look slanted, and measuring is off.</source>
   <translation>层组倾斜 {degrees:.1f}°：每层相对前一层侧移 {drift:.2f} mm。位置正确；重建平面看起来倾斜，测量已关闭。</translation>
  </message>
  <message>
   <source>The straightened series is not in memory.</source>
   <translation>校直后的序列不在内存中。</translation>
  </message>
  <message>
   <source>The straightened series would not fit into memory.</source>
   <translation>校直后的序列放不进内存。</translation>
  </message>
  <message>
   <source>The structure set has no contours.</source>
   <translation>该结构集没有轮廓。</translation>
  </message>
  <message>
   <source>The structure set has too many points.</source>
   <translation>该结构集的点太多。</translation>
  </message>
  <message>
   <source>The study does not fit.</source>
   <translation>该检查不合适。</translation>
  </message>
  <message>
   <source>The study has no series for this hanging protocol.</source>
   <translation>该检查没有适用于此挂片方案的序列。</translation>
  </message>
  <message>
   <source>The study is outside what the model was tested on. Add what you see with {add}.</source>
   <translation>该检查超出模型的测试范围。用 {add} 添加您看到的内容。</translation>
  </message>
  <message>
   <source>The study that the AI was run on is no longer open.</source>
   <translation>AI 所运行的检查已不再打开。</translation>
  </message>
  <message>
   <source>The study you read last is no longer where it was.</source>
   <translation>您上次阅读的检查已不在原来的位置。</translation>
  </message>
  <message>
   <source>The synthetic chest has no room for one of its nodules.</source>
   <translation>合成胸部中没有空间容纳其中一个结节。</translation>
  </message>
  <message>
   <source>The system could not read the file ({reason}).</source>
   <translation>系统无法读取该文件（{reason}）。</translation>
  </message>
  <message>
   <source>The system stopped the model, most likely because memory ran out.</source>
   <translation>系统终止了模型，很可能因内存耗尽。</translation>
  </message>
  <message>
   <source>The tool before</source>
   <translation>上一个工具</translation>
  </message>
  <message>
   <source>The trainer {name} of this nnU-Net model builds a network of its own.</source>
   <translation>此 nnU-Net 模型的训练器 {name} 构建自有网络。</translation>
  </message>
  <message>
   <source>The two lie in different places, so their middles are tied. Scroll one side with Alt and the wheel until they show the same.</source>
   <translation>两者位置不同，因此按中心联动。请用 Alt 加滚轮滚动一侧，直到两侧显示相同内容。</translation>
  </message>
  <message>
   <source>The two series share no frame of reference, so nothing says where they overlap.</source>
   <translation>两个序列的参考坐标系不同，无法确定重叠位置。</translation>
  </message>
  <message>
   <source>The values are SUV already, of one kind; others cannot be computed from them.</source>
   <translation>数值已是某一种 SUV；无法由此计算其他种类。</translation>
  </message>
  <message>
   <source>The values are SUV by a formula ({kind}) that is shown as stored.</source>
   <translation>数值是按某公式（{kind}）计算的 SUV，按存储值显示。</translation>
  </message>
  <message>
   <source>The weights of the model {name} are missing.</source>
   <translation>缺少模型 {name} 的权重。</translation>
  </message>
  <message>
   <source>The weights of the model {name} are not the card's.</source>
   <translation>模型 {name} 的权重与模型卡不符。</translation>
  </message>
  <message>
   <source>The weights of the model {name} cannot be read.</source>
   <translation>无法读取模型 {name} 的权重。</translation>
  </message>
  <message>
   <source>The weights of the model {name} do not fit into memory.</source>
   <translation>内存无法容纳模型 {name} 的权重。</translation>
  </message>
  <message>
   <source>The weights of the model {name} do not fit.</source>
   <translation>模型 {name} 的权重不匹配。</translation>
  </message>
  <message>
   <source>The weights of the model {name} hold more than numbers.</source>
   <translation>模型 {name} 的权重文件不仅含有数值。</translation>
  </message>
  <message>
   <source>The weights of the model {name} would unpack to an absurd size.</source>
   <translation>模型 {name} 的权重解压后大得不合理。</translation>
  </message>
  <message>
   <source>The weights of this nnU-Net model do not fit the network of its plans.</source>
   <translation>此 nnU-Net 模型的权重与其 plans 的网络不符。</translation>
  </message>
  <message>
   <source>The window presets could not be read.</source>
   <translation>无法读取窗宽窗位预设。</translation>
  </message>
  <message>
   <source>The worklist has no column `path`.</source>
   <translation>工作列表没有 `path` 列。</translation>
  </message>
  <message>
   <source>The worklist holds cases without an image.</source>
   <translation>工作列表中有无图像的病例。</translation>
  </message>
  <message>
   <source>The worklist holds no list of cases.</source>
   <translation>工作列表中没有病例列表。</translation>
  </message>
  <message>
   <source>The worklist is empty.</source>
   <translation>工作列表为空。</translation>
  </message>
  <message>
   <source>The worklist is no text that can be read.</source>
   <translation>工作列表不是可读文本。</translation>
  </message>
  <message>
   <source>The worklist is no valid JSON.</source>
   <translation>工作列表不是有效的 JSON。</translation>
  </message>
  <message>
   <source>There are no files here.</source>
   <translation>此处没有文件。</translation>
  </message>
  <message>
   <source>There are no images here</source>
   <translation>这里没有图像</translation>
  </message>
  <message>
   <source>There are: {known}.</source>
   <translation>现有：{known}。</translation>
  </message>
  <message>
   <source>There is a finding here already.</source>
   <translation>此处已有一项所见。</translation>
  </message>
  <message>
   <source>There is a model {id} already.</source>
   <translation>已有模型 {id}。</translation>
  </message>
  <message>
   <source>There is no display here.</source>
   <translation>此处没有显示器。</translation>
  </message>
  <message>
   <source>There is no document in it.</source>
   <translation>其中没有文档。</translation>
  </message>
  <message>
   <source>There is no image at this point.</source>
   <translation>该点没有图像。</translation>
  </message>
  <message>
   <source>There is no key of that name.</source>
   <translation>没有该名称的密钥。</translation>
  </message>
  <message>
   <source>There is no marked voxel, so there is no segmentation to write.</source>
   <translation>没有标记的体素，因此没有可写的分割。</translation>
  </message>
  <message>
   <source>There is no model {id} here.</source>
   <translation>此处没有模型 {id}。</translation>
  </message>
  <message>
   <source>There is no other series to change to.</source>
   <translation>没有可切换的其他序列。</translation>
  </message>
  <message>
   <source>There is no other study here.</source>
   <translation>此处没有其他检查。</translation>
  </message>
  <message>
   <source>There is no recipe {name}.</source>
   <translation>没有名为 {name} 的方案。</translation>
  </message>
  <message>
   <source>There is no screen to open a window on.</source>
   <translation>没有可打开窗口的屏幕。</translation>
  </message>
  <message>
   <source>There is no series with that UID.</source>
   <translation>没有该 UID 的序列。</translation>
  </message>
  <message>
   <source>There is no slice {index}.</source>
   <translation>没有第 {index} 层。</translation>
  </message>
  <message>
   <source>There is no such file or folder.</source>
   <translation>没有该文件或文件夹。</translation>
  </message>
  <message>
   <source>There is no such file, folder or study.</source>
   <translation>没有该文件、文件夹或检查。</translation>
  </message>
  <message>
   <source>There is no value at this point.</source>
   <translation>该点没有数值。</translation>
  </message>
  <message>
   <source>There is no volume in this viewport.</source>
   <translation>此视口中没有体数据。</translation>
  </message>
  <message>
   <source>There is no worklist at that place.</source>
   <translation>该位置没有工作列表。</translation>
  </message>
  <message>
   <source>There is no {name} in the result folder.</source>
   <translation>结果文件夹中没有 {name}。</translation>
  </message>
  <message>
   <source>There is not enough free disk space to unpack the archive.</source>
   <translation>可用磁盘空间不足，无法解压该压缩包。</translation>
  </message>
  <message>
   <source>There is not enough memory for this.</source>
   <translation>内存不足。</translation>
  </message>
  <message>
   <source>There is not enough memory to run this model.</source>
   <translation>内存不足，无法运行此模型。</translation>
  </message>
  <message>
   <source>There is not enough room on the disk for the model.</source>
   <translation>磁盘空间不足，无法存放该模型。</translation>
  </message>
  <message>
   <source>There is not enough room on the disk to unpack the archive.</source>
   <translation>磁盘空间不足，无法解压该压缩包。</translation>
  </message>
  <message>
   <source>There is nothing to compare this study with.</source>
   <translation>没有可与此检查对比的内容。</translation>
  </message>
  <message>
   <source>There is nothing to export yet.</source>
   <translation>尚无可导出的内容。</translation>
  </message>
  <message>
   <source>There is nothing to redo.</source>
   <translation>没有可重做的步骤。</translation>
  </message>
  <message>
   <source>There is nothing to undo.</source>
   <translation>没有可撤销的步骤。</translation>
  </message>
  <message>
   <source>There was not enough memory to read an image.</source>
   <translation>内存不足，无法读取图像。</translation>
  </message>
  <message>
   <source>These are installed: {names}.</source>
   <translation>已安装：{names}。</translation>
  </message>
  <message>
   <source>These images are in colour, and colours have no values to be counted.</source>
   <translation>这些图像是彩色的，彩色没有可统计的数值。</translation>
  </message>
  <message>
   <source>These images are no volume that could be seen from outside.</source>
   <translation>这些图像不构成体数据，无法从外部观察。</translation>
  </message>
  <message>
   <source>These images are no volume.</source>
   <translation>这些图像不构成体数据。</translation>
  </message>
  <message>
   <source>These images are no volume: each stands for itself.</source>
   <translation>这些图像不构成体数据：各自独立。</translation>
  </message>
  <message>
   <source>These images are of another study, shown for comparison.</source>
   <translation>这些图像属于另一项检查，仅供对比。</translation>
  </message>
  <message>
   <source>These images are unlike those the model learned from (further than {percent} % of them).</source>
   <translation>这些图像与模型学习所用的图像不同（偏离程度超过其中 {percent}%）。</translation>
  </message>
  <message>
   <source>These images have no standardized uptake values.</source>
   <translation>这些图像没有标准化摄取值。</translation>
  </message>
  <message>
   <source>They are in the folder you chose.</source>
   <translation>它们在您选择的文件夹中。</translation>
  </message>
  <message>
   <source>They hold until you close Reading Room. Check the disk, then change them again.</source>
   <translation>它们在关闭 Reading Room 之前有效。请检查磁盘后重新更改。</translation>
  </message>
  <message>
   <source>Thicker slab</source>
   <translation>增加厚层厚度</translation>
  </message>
  <message>
   <source>Thinner slab</source>
   <translation>减小厚层厚度</translation>
  </message>
  <message>
   <source>This AI marks no findings</source>
   <translation>此 AI 不标记所见</translation>
  </message>
  <message>
   <source>This DICOM file does not say what it holds.</source>
   <translation>该 DICOM 文件没有说明其内容。</translation>
  </message>
  <message>
   <source>This DICOM file holds no image: it does not say how large it is.</source>
   <translation>该 DICOM 文件没有图像：没有说明图像大小。</translation>
  </message>
  <message>
   <source>This NIfTI file holds a table of values and no image.</source>
   <translation>该 NIfTI 文件含有数值表，没有图像。</translation>
  </message>
  <message>
   <source>This computer is no AI server.</source>
   <translation>本机不是 AI 服务器。</translation>
  </message>
  <message>
   <source>This does not mean normal. Add what you see with {add}.</source>
   <translation>这不代表正常。用 {add} 添加您看到的内容。</translation>
  </message>
  <message>
   <source>This does not mean normal. {count} marks below {threshold} are not shown.</source>
   <translation>这不代表正常。有 {count} 处低于 {threshold} 的标记未显示。</translation>
  </message>
  <message>
   <source>This finding is no longer there.</source>
   <translation>该所见已不存在。</translation>
  </message>
  <message>
   <source>This finding is no measurement.</source>
   <translation>此所见不是测量。</translation>
  </message>
  <message>
   <source>This folder holds {count} nnU-Net models. Choose one of them.</source>
   <translation>此文件夹含有 {count} 个 nnU-Net 模型。请选择其中一个。</translation>
  </message>
  <message>
   <source>This installation is incomplete: its resources are missing.</source>
   <translation>安装不完整：缺少资源文件。</translation>
  </message>
  <message>
   <source>This is another study, shown beside the open one.</source>
   <translation>这是另一项检查，显示在已打开的检查旁。</translation>
  </message>
  <message>
   <source>This is no Ed25519 key, or its password is another.</source>
   <translation>这不是 Ed25519 密钥，或密码不同。</translation>
  </message>
  <message>
   <source>This is no model that Reading Room knows.</source>
   <translation>这不是 Reading Room 能识别的模型。</translation>
  </message>
  <message>
   <source>This is one of {count} parts of TotalSegmentator's {name}.</source>
   <translation>这是 TotalSegmentator {name} 的 {count} 个部分之一。</translation>
  </message>
  <message>
   <source>This is the result of an earlier run on the same images.</source>
   <translation>这是此前在相同图像上运行的结果。</translation>
  </message>
  <message>
   <source>This is the second stage of an nnU-Net cascade: choose the folder above.</source>
   <translation>这是 nnU-Net 级联的第二阶段：请选择上一级文件夹。</translation>
  </message>
  <message>
   <source>This kind of document is not opened from here.</source>
   <translation>这类文档不从这里打开。</translation>
  </message>
  <message>
   <source>This kind of model cannot be asked what a finding hung on.</source>
   <translation>此类模型无法说明所见的依据。</translation>
  </message>
  <message>
   <source>This model is not for this series</source>
   <translation>此模型不适用于该序列</translation>
  </message>
  <message>
   <source>This model needs MONAI, which is not installed.</source>
   <translation>此模型需要 MONAI，但未安装。</translation>
  </message>
  <message>
   <source>This model needs {count} series: {names}.</source>
   <translation>此模型需要 {count} 个序列：{names}。</translation>
  </message>
  <message>
   <source>This model needs {wanted} series at once.</source>
   <translation>此模型同时需要 {wanted} 个序列。</translation>
  </message>
  <message>
   <source>This nnU-Net cascade resamples labels in its own way.</source>
   <translation>此 nnU-Net 级联以自有方式重采样标签。</translation>
  </message>
  <message>
   <source>This nnU-Net model has a network of another kind ({name}).</source>
   <translation>此 nnU-Net 模型的网络类型不同（{name}）。</translation>
  </message>
  <message>
   <source>This nnU-Net model has labels of its own kind ({name}).</source>
   <translation>此 nnU-Net 模型的标签类型特殊（{name}）。</translation>
  </message>
  <message>
   <source>This nnU-Net model normalises images in its own way ({name}).</source>
   <translation>此 nnU-Net 模型以自有方式归一化图像（{name}）。</translation>
  </message>
  <message>
   <source>This nnU-Net model prepares images in its own way ({name}).</source>
   <translation>此 nnU-Net 模型以自有方式预处理图像（{name}）。</translation>
  </message>
  <message>
   <source>This nnU-Net model reads its images with {name}, not from series.</source>
   <translation>此 nnU-Net 模型用 {name} 读取图像，而非从序列读取。</translation>
  </message>
  <message>
   <source>This nnU-Net model resamples images in its own way ({name}).</source>
   <translation>此 nnU-Net 模型以自有方式重采样图像（{name}）。</translation>
  </message>
  <message>
   <source>This path is too long.</source>
   <translation>此路径过长。</translation>
  </message>
  <message>
   <source>This reading is signed, so the AI's result was not added.</source>
   <translation>本次阅片已签署，因此未加入 AI 的结果。</translation>
  </message>
  <message>
   <source>This reading is signed.</source>
   <translation>本次阅片已签署。</translation>
  </message>
  <message>
   <source>This series cannot be straightened.</source>
   <translation>该序列无法校直。</translation>
  </message>
  <message>
   <source>This series has no window preset {name}.</source>
   <translation>该序列没有名为 {name} 的窗宽窗位预设。</translation>
  </message>
  <message>
   <source>This series is in colour, and no window applies to it.</source>
   <translation>该序列是彩色的，窗宽窗位对它不适用。</translation>
  </message>
  <message>
   <source>This series is in colour, which the model cannot read.</source>
   <translation>此序列为彩色，模型无法读取。</translation>
  </message>
  <message>
   <source>This series is not in memory</source>
   <translation>该序列不在内存中</translation>
  </message>
  <message>
   <source>This series is still being read, so nothing can be measured in it yet.</source>
   <translation>该序列仍在读取，暂时无法测量。</translation>
  </message>
  <message>
   <source>This study</source>
   <translation>本次检查</translation>
  </message>
  <message>
   <source>This study against the card</source>
   <translation>本次检查与模型卡对照</translation>
  </message>
  <message>
   <source>This very model is here already.</source>
   <translation>此模型已存在。</translation>
  </message>
  <message>
   <source>This view shows a slab, and values are those of one slice.</source>
   <translation>此视图显示厚层，而数值取自单层。</translation>
  </message>
  <message>
   <source>Three by three</source>
   <translation>三乘三</translation>
  </message>
  <message>
   <source>Three side by side</source>
   <translation>三个并排</translation>
  </message>
  <message>
   <source>Threshold</source>
   <translation>阈值</translation>
  </message>
  <message>
   <source>Through a slab it is not clear in which depth you draw.</source>
   <translation>厚层中无法确定绘制的深度。</translation>
  </message>
  <message>
   <source>Tied by position, not registered. Scroll one side with Alt and the wheel.</source>
   <translation>按位置联动，未配准。请用 Alt 加滚轮滚动一侧。</translation>
  </message>
  <message>
   <source>To review</source>
   <translation>待审阅</translation>
  </message>
  <message>
   <source>To see it on its images, open the folder that holds both.</source>
   <translation>要在图像上查看，请打开同时包含两者的文件夹。</translation>
  </message>
  <message>
   <source>Too many segments lie over one another to show them all.</source>
   <translation>相互重叠的分割太多，无法全部显示。</translation>
  </message>
  <message>
   <source>Tools</source>
   <translation>工具</translation>
  </message>
  <message>
   <source>TotalSegmentator cuts the images to the {place} first; here all of them is searched.</source>
   <translation>TotalSegmentator 会先将图像裁剪到{place}；此处搜索全部图像。</translation>
  </message>
  <message>
   <source>Training</source>
   <translation>训练</translation>
  </message>
  <message>
   <source>Try again</source>
   <translation>重试</translation>
  </message>
  <message>
   <source>Try once more. The details are in the log.</source>
   <translation>请再试一次。详情见日志。</translation>
  </message>
  <message>
   <source>Trying it on a test volume</source>
   <translation>正在测试体数据上试运行</translation>
  </message>
  <message>
   <source>Turn picture 90° left</source>
   <translation>图像左转 90°</translation>
  </message>
  <message>
   <source>Turn picture 90° right</source>
   <translation>图像右转 90°</translation>
  </message>
  <message>
   <source>Turn the other planes left</source>
   <translation>其他平面左转</translation>
  </message>
  <message>
   <source>Turn the other planes right</source>
   <translation>其他平面右转</translation>
  </message>
  <message>
   <source>Turned 180°</source>
   <translation>已旋转 180°</translation>
  </message>
  <message>
   <source>Turned 90° left</source>
   <translation>已左转 90°</translation>
  </message>
  <message>
   <source>Turned 90° right</source>
   <translation>已右转 90°</translation>
  </message>
  <message>
   <source>Two by two</source>
   <translation>二乘二</translation>
  </message>
  <message>
   <source>Two fingers</source>
   <translation>双指滑动</translation>
  </message>
  <message>
   <source>Two rows of four</source>
   <translation>两行四列</translation>
  </message>
  <message>
   <source>Two rows of three</source>
   <translation>两行三列</translation>
  </message>
  <message>
   <source>Two side by side</source>
   <translation>两个并排</translation>
  </message>
  <message>
   <source>Two, one above the other</source>
   <translation>两个上下排列</translation>
  </message>
  <message>
   <source>Type, then Enter</source>
   <translation>输入后按 Enter</translation>
  </message>
  <message>
   <source>Ultrasound</source>
   <translation>超声</translation>
  </message>
  <message>
   <source>Undo</source>
   <translation>撤销</translation>
  </message>
  <message>
   <source>Undo delete</source>
   <translation>撤销删除</translation>
  </message>
  <message>
   <source>Undo takes the signature back.</source>
   <translation>撤销可收回签名。</translation>
  </message>
  <message>
   <source>Unlike images are told by</source>
   <translation>识别异样图像的依据</translation>
  </message>
  <message>
   <source>Unpack it with another program and open the folder.</source>
   <translation>请用其他程序解压后打开文件夹。</translation>
  </message>
  <message>
   <source>Unpacking</source>
   <translation>正在解压</translation>
  </message>
  <message>
   <source>Update Reading Room, or choose another model.</source>
   <translation>请更新 Reading Room，或选择其他模型。</translation>
  </message>
  <message>
   <source>Update the driver ({why}). Models run on the processor.</source>
   <translation>请更新驱动（{why}）。模型在处理器上运行。</translation>
  </message>
  <message>
   <source>Use --window C,W instead.</source>
   <translation>请改用 --window C,W。</translation>
  </message>
  <message>
   <source>Use a grpcs:// address, or remove the token.</source>
   <translation>请使用 grpcs:// 地址，或移除令牌。</translation>
  </message>
  <message>
   <source>Value</source>
   <translation>数值</translation>
  </message>
  <message>
   <source>Version {version}</source>
   <translation>版本 {version}</translation>
  </message>
  <message>
   <source>Vessel</source>
   <translation>血管</translation>
  </message>
  <message>
   <source>Viewport {number}</source>
   <translation>视口 {number}</translation>
  </message>
  <message>
   <source>Viewports</source>
   <translation>视口</translation>
  </message>
  <message>
   <source>Volume</source>
   <translation>体积</translation>
  </message>
  <message>
   <source>Volume in three planes</source>
   <translation>体数据三平面</translation>
  </message>
  <message>
   <source>Voxels without a header, which is in the {ending} file beside it.</source>
   <translation>没有文件头的体素数据，文件头在旁边的 {ending} 文件中。</translation>
  </message>
  <message>
   <source>W {width} L {center}</source>
   <translation>W {width} L {center}</translation>
  </message>
  <message>
   <source>Wait a moment, then do it again.</source>
   <translation>请稍候再做。</translation>
  </message>
  <message>
   <source>Wait for its end, or stop it first.</source>
   <translation>请等待其结束，或先将其停止。</translation>
  </message>
  <message>
   <source>Watch a folder</source>
   <translation>监视文件夹</translation>
  </message>
  <message>
   <source>Watching {folder}</source>
   <translation>正在监视 {folder}</translation>
  </message>
  <message>
   <source>Weaker colour</source>
   <translation>减弱颜色</translation>
  </message>
  <message>
   <source>Weights</source>
   <translation>权重</translation>
  </message>
  <message>
   <source>What it does</source>
   <translation>功能</translation>
  </message>
  <message>
   <source>What it marks</source>
   <translation>所标记内容</translation>
  </message>
  <message>
   <source>What the model {name} gives is no result.</source>
   <translation>模型 {name} 给出的不是结果。</translation>
  </message>
  <message>
   <source>What the model {name} knows of its training images does not fit.</source>
   <translation>模型 {name} 所存的训练图像特征与其不符。</translation>
  </message>
  <message>
   <source>What to do</source>
   <translation>要做什么</translation>
  </message>
  <message>
   <source>What was decided about this study before could not be read back, so nothing can be decided now.</source>
   <translation>此前对该检查的决定无法读回，因此现在无法决定任何内容。</translation>
  </message>
  <message>
   <source>What was decided about this study before has not been read back yet.</source>
   <translation>此前对该检查的决定尚未读回。</translation>
  </message>
  <message>
   <source>What was drawn on a series before is not shown: some of its images are missing now.</source>
   <translation>此前在一个序列上绘制的内容未显示：现在缺少它的部分图像。</translation>
  </message>
  <message>
   <source>What you trust was not saved: {why}.</source>
   <translation>未保存您的信任：{why}。</translation>
  </message>
  <message>
   <source>Wheel</source>
   <translation>滚轮</translation>
  </message>
  <message>
   <source>Wheel slice</source>
   <translation>滚轮翻层</translation>
  </message>
  <message>
   <source>Wheel turn</source>
   <translation>滚轮旋转</translation>
  </message>
  <message>
   <source>Wheel zoom</source>
   <translation>滚轮缩放</translation>
  </message>
  <message>
   <source>When</source>
   <translation>时间</translation>
  </message>
  <message>
   <source>When all is looked through</source>
   <translation>全部查看完之后</translation>
  </message>
  <message>
   <source>When comparing, the prior is on the right and the current study on the left.</source>
   <translation>对比时，既往检查在右，当前检查在左。</translation>
  </message>
  <message>
   <source>Where</source>
   <translation>位置</translation>
  </message>
  <message>
   <source>Where is the finding?</source>
   <translation>所见在哪里？</translation>
  </message>
  <message>
   <source>Where it may run</source>
   <translation>适用范围</translation>
  </message>
  <message>
   <source>Where its slices lie is unknown.</source>
   <translation>其层面的位置未知。</translation>
  </message>
  <message>
   <source>Where the AI runs.</source>
   <translation>AI 在何处运行。</translation>
  </message>
  <message>
   <source>Which AI findings are shown</source>
   <translation>显示哪些 AI 所见</translation>
  </message>
  <message>
   <source>Whose window is changed</source>
   <translation>调窗对象</translation>
  </message>
  <message>
   <source>Why here?</source>
   <translation>为何在此？</translation>
  </message>
  <message>
   <source>Window</source>
   <translation>窗口</translation>
  </message>
  <message>
   <source>Window and level</source>
   <translation>窗宽窗位</translation>
  </message>
  <message>
   <source>Window of the other series</source>
   <translation>另一序列的窗宽窗位</translation>
  </message>
  <message>
   <source>Window preset {number}</source>
   <translation>窗宽窗位预设 {number}</translation>
  </message>
  <message>
   <source>Window: {name}</source>
   <translation>调窗：{name}</translation>
  </message>
  <message>
   <source>Windows</source>
   <translation>窗</translation>
  </message>
  <message>
   <source>With a prior</source>
   <translation>需有既往检查</translation>
  </message>
  <message>
   <source>With an NVIDIA card: install a driver for CUDA {version}.</source>
   <translation>如有 NVIDIA 显卡：请安装支持 CUDA {version} 的驱动。</translation>
  </message>
  <message>
   <source>With an NVIDIA card: install its driver and a CUDA build of PyTorch.</source>
   <translation>如有 NVIDIA 显卡：请安装其驱动和 CUDA 版 PyTorch。</translation>
  </message>
  <message>
   <source>With {way} {percent} % of the labels of a sample differed from full precision, so it was not used.</source>
   <translation>使用 {way} 时，样本中有 {percent}% 的标签与全精度不同，因此未采用。</translation>
  </message>
  <message>
   <source>Words beside the measurement</source>
   <translation>测量旁的文字</translation>
  </message>
  <message>
   <source>Working through the list</source>
   <translation>正在处理列表</translation>
  </message>
  <message>
   <source>Write it as grpcs://host:8001, or grpc:// within a protected network.</source>
   <translation>请写成 grpcs://host:8001；在受保护的网络内可用 grpc://。</translation>
  </message>
  <message>
   <source>Write its address into the settings.</source>
   <translation>请在设置中填写其地址。</translation>
  </message>
  <message>
   <source>Writing the demo study</source>
   <translation>正在写入演示检查</translation>
  </message>
  <message>
   <source>Writing {name}</source>
   <translation>正在写入 {name}</translation>
  </message>
  <message>
   <source>Writing {what}</source>
   <translation>正在写入 {what}</translation>
  </message>
  <message>
   <source>You can add it now. It runs when that is installed.</source>
   <translation>现在即可添加；安装后便能运行。</translation>
  </message>
  <message>
   <source>You can keep reading.</source>
   <translation>您可以继续阅片。</translation>
  </message>
  <message>
   <source>You {number}</source>
   <translation>您 {number}</translation>
  </message>
  <message>
   <source>Your folders</source>
   <translation>您的文件夹</translation>
  </message>
  <message>
   <source>Your name, written into every decision and report.</source>
   <translation>您的姓名，写入每个决定和报告。</translation>
  </message>
  <message>
   <source>Your organization, written into reports.</source>
   <translation>您的单位，写入报告。</translation>
  </message>
  <message>
   <source>Your readings are open in another window of Reading Room.</source>
   <translation>您的阅片记录已在另一个 Reading Room 窗口中打开。</translation>
  </message>
  <message>
   <source>Your readings were saved by a newer version of Reading Room.</source>
   <translation>您的阅片记录由更新版本的 Reading Room 保存。</translation>
  </message>
  <message>
   <source>Your work is saved. Go on, or close and open again; the details are in the log.</source>
   <translation>您的工作已保存。请继续，或关闭后重新打开；详情见日志。</translation>
  </message>
  <message>
   <source>Yours, taken back</source>
   <translation>由您添加，已收回</translation>
  </message>
  <message>
   <source>ZIP, DICOMDIR, NIfTI, NRRD or MHA</source>
   <translation>ZIP、DICOMDIR、NIfTI、NRRD 或 MHA</translation>
  </message>
  <message>
   <source>Zoom</source>
   <translation>缩放</translation>
  </message>
  <message>
   <source>Zoom and place go together; the images are not registered.</source>
   <translation>缩放和位置同步；图像未配准。</translation>
  </message>
  <message>
   <source>Zoom {factor}×</source>
   <translation>缩放 {factor}×</translation>
  </message>
  <message>
   <source>Zoom, pan and scroll work as everywhere.</source>
   <translation>缩放、平移和滚动与别处相同。</translation>
  </message>
  <message>
   <source>`reader info` lists the series.</source>
   <translation>`reader info` 列出各序列。</translation>
  </message>
  <message>
   <source>`reader info` lists what is there and why it was not opened.</source>
   <translation>`reader info` 列出现有内容以及未打开的原因。</translation>
  </message>
  <message>
   <source>`reader models keys new` makes one.</source>
   <translation>`reader models keys new` 可生成一个。</translation>
  </message>
  <message>
   <source>`reader models keys` lists those there are.</source>
   <translation>`reader models keys` 列出已有密钥。</translation>
  </message>
  <message>
   <source>`reader models list` says which there are.</source>
   <translation>`reader models list` 列出已有模型。</translation>
  </message>
  <message>
   <source>`reader/training/chest_ct/cases.py` lists them.</source>
   <translation>`reader/training/chest_ct/cases.py` 列有它们。</translation>
  </message>
  <message>
   <source>abdomen</source>
   <translation>腹部</translation>
  </message>
  <message>
   <source>about {count} false positives per scan at this threshold</source>
   <translation>在此阈值下每次扫描约 {count} 个假阳性</translation>
  </message>
  <message>
   <source>added</source>
   <translation>已添加</translation>
  </message>
  <message>
   <source>added here</source>
   <translation>在此添加</translation>
  </message>
  <message>
   <source>adds at the crosshair</source>
   <translation>在十字线处添加</translation>
  </message>
  <message>
   <source>along path {number}</source>
   <translation>沿路径 {number}</translation>
  </message>
  <message>
   <source>always for such studies</source>
   <translation>此类检查始终使用</translation>
  </message>
  <message>
   <source>and {count} more</source>
   <translation>以及另外 {count} 项</translation>
  </message>
  <message>
   <source>another one</source>
   <translation>另一个</translation>
  </message>
  <message>
   <source>arm or leg</source>
   <translation>四肢</translation>
  </message>
  <message>
   <source>arterial</source>
   <translation>动脉期</translation>
  </message>
  <message>
   <source>artifact</source>
   <translation>伪影</translation>
  </message>
  <message>
   <source>ask for it with Why here?</source>
   <translation>请用“为何在此？”获取</translation>
  </message>
  <message>
   <source>at the detector</source>
   <translation>探测器处</translation>
  </message>
  <message>
   <source>back</source>
   <translation>上一项</translation>
  </message>
  <message>
   <source>back to images</source>
   <translation>返回图像</translation>
  </message>
  <message>
   <source>being added</source>
   <translation>正在添加</translation>
  </message>
  <message>
   <source>being looked at</source>
   <translation>正在查看</translation>
  </message>
  <message>
   <source>being read</source>
   <translation>正在读取</translation>
  </message>
  <message>
   <source>benign</source>
   <translation>良性</translation>
  </message>
  <message>
   <source>beside this one</source>
   <translation>显示在旁</translation>
  </message>
  <message>
   <source>bone</source>
   <translation>骨</translation>
  </message>
  <message>
   <source>breast</source>
   <translation>乳腺</translation>
  </message>
  <message>
   <source>broken</source>
   <translation>已损坏</translation>
  </message>
  <message>
   <source>brush size while editing</source>
   <translation>编辑时调整画笔大小</translation>
  </message>
  <message>
   <source>came with Reading Room</source>
   <translation>随 Reading Room 附带</translation>
  </message>
  <message>
   <source>cannot be measured</source>
   <translation>无法测量</translation>
  </message>
  <message>
   <source>changed</source>
   <translation>已更改</translation>
  </message>
  <message>
   <source>check: folds disagree</source>
   <translation>请核对：各折结果不一致</translation>
  </message>
  <message>
   <source>chest</source>
   <translation>胸部</translation>
  </message>
  <message>
   <source>colour pictures</source>
   <translation>彩色图片</translation>
  </message>
  <message>
   <source>contrast agent given</source>
   <translation>已用对比剂</translation>
  </message>
  <message>
   <source>crosshair</source>
   <translation>定位十字线</translation>
  </message>
  <message>
   <source>cut off by its edge</source>
   <translation>被边缘截断</translation>
  </message>
  <message>
   <source>decisions {data}; settings {config}; log {logs}; may be deleted {cache}</source>
   <translation>决定 {data}；设置 {config}；日志 {logs}；可删除 {cache}</translation>
  </message>
  <message>
   <source>decodes</source>
   <translation>可解码</translation>
  </message>
  <message>
   <source>delayed</source>
   <translation>延迟期</translation>
  </message>
  <message>
   <source>does not decode</source>
   <translation>无法解码</translation>
  </message>
  <message>
   <source>done</source>
   <translation>完成</translation>
  </message>
  <message>
   <source>duplicate</source>
   <translation>重复</translation>
  </message>
  <message>
   <source>duplicates</source>
   <translation>重复层面</translation>
  </message>
  <message>
   <source>empty</source>
   <translation>空</translation>
  </message>
  <message>
   <source>even</source>
   <translation>均匀</translation>
  </message>
  <message>
   <source>every slice</source>
   <translation>每一层</translation>
  </message>
  <message>
   <source>everything opened</source>
   <translation>所有文件均已打开</translation>
  </message>
  <message>
   <source>false positives per scan: not measured</source>
   <translation>每次扫描假阳性数：未测量</translation>
  </message>
  <message>
   <source>few slices</source>
   <translation>层面少</translation>
  </message>
  <message>
   <source>fewer colours</source>
   <translation>颜色减少</translation>
  </message>
  <message>
   <source>finding</source>
   <translation>所见</translation>
  </message>
  <message>
   <source>finding {at} of {total}, {waiting} to review</source>
   <translation>第 {at} / {total} 项，{waiting} 项待审阅</translation>
  </message>
  <message>
   <source>fits this study</source>
   <translation>适合此检查</translation>
  </message>
  <message>
   <source>flicker</source>
   <translation>闪烁对比</translation>
  </message>
  <message>
   <source>for other studies</source>
   <translation>用于其他检查</translation>
  </message>
  <message>
   <source>further than {percent} % of them</source>
   <translation>偏离程度超过其中 {percent}%</translation>
  </message>
  <message>
   <source>given</source>
   <translation>已给予</translation>
  </message>
  <message>
   <source>head</source>
   <translation>头部</translation>
  </message>
  <message>
   <source>header's curve</source>
   <translation>文件头曲线</translation>
  </message>
  <message>
   <source>heart</source>
   <translation>心脏</translation>
  </message>
  <message>
   <source>hold {key}</source>
   <translation>按住 {key}</translation>
  </message>
  <message>
   <source>image {number}</source>
   <translation>第 {number} 幅</translation>
  </message>
  <message>
   <source>in the report</source>
   <translation>在报告中</translation>
  </message>
  <message>
   <source>in this folder</source>
   <translation>在此文件夹中</translation>
  </message>
  <message>
   <source>inverted</source>
   <translation>已反转</translation>
  </message>
  <message>
   <source>its images or its outline are not there</source>
   <translation>其图像或轮廓不存在</translation>
  </message>
  <message>
   <source>last tool</source>
   <translation>上一个工具</translation>
  </message>
  <message>
   <source>lays it out</source>
   <translation>拉直显示</translation>
  </message>
  <message>
   <source>leaves it</source>
   <translation>退出</translation>
  </message>
  <message>
   <source>left lung</source>
   <translation>左肺</translation>
  </message>
  <message>
   <source>left-handed</source>
   <translation>左手系</translation>
  </message>
  <message>
   <source>limb</source>
   <translation>四肢</translation>
  </message>
  <message>
   <source>link</source>
   <translation>联动</translation>
  </message>
  <message>
   <source>localizer</source>
   <translation>定位像</translation>
  </message>
  <message>
   <source>lossy</source>
   <translation>有损</translation>
  </message>
  <message>
   <source>lung</source>
   <translation>肺</translation>
  </message>
  <message>
   <source>magnitude</source>
   <translation>幅值</translation>
  </message>
  <message>
   <source>measured in pixels</source>
   <translation>以像素测量</translation>
  </message>
  <message>
   <source>menu</source>
   <translation>菜单</translation>
  </message>
  <message>
   <source>mixed scaling</source>
   <translation>标度混杂</translation>
  </message>
  <message>
   <source>models cannot be added here</source>
   <translation>此处不能添加模型</translation>
  </message>
  <message>
   <source>n</source>
   <translation>n</translation>
  </message>
  <message>
   <source>n = {n}, {data}</source>
   <translation>n = {n}，{data}</translation>
  </message>
  <message>
   <source>neck</source>
   <translation>颈部</translation>
  </message>
  <message>
   <source>needs a package</source>
   <translation>需要软件包</translation>
  </message>
  <message>
   <source>next</source>
   <translation>下一项</translation>
  </message>
  <message>
   <source>next open point</source>
   <translation>下一未完成项</translation>
  </message>
  <message>
   <source>nnU-Net, MONAI, ONNX, MeshNet or our own. Nothing in it is executed.</source>
   <translation>nnU-Net、MONAI、ONNX、MeshNet 或自有格式。不执行其中任何内容。</translation>
  </message>
  <message>
   <source>no</source>
   <translation>否</translation>
  </message>
  <message>
   <source>no AI can run on this now</source>
   <translation>当前没有 AI 可对此运行</translation>
  </message>
  <message>
   <source>no AI here reads such images</source>
   <translation>此处没有可读此类图像的 AI</translation>
  </message>
  <message>
   <source>no AI is installed, or no study is open</source>
   <translation>未安装 AI，或未打开检查</translation>
  </message>
  <message>
   <source>no AI is running</source>
   <translation>没有 AI 在运行</translation>
  </message>
  <message>
   <source>no AI left a map over this series</source>
   <translation>没有 AI 在此序列上留下叠加图</translation>
  </message>
  <message>
   <source>no AI waits for your second word</source>
   <translation>没有等待您再次确认的 AI</translation>
  </message>
  <message>
   <source>no AI waits for your word</source>
   <translation>没有 AI 等待您的决定</translation>
  </message>
  <message>
   <source>no SUV</source>
   <translation>无 SUV</translation>
  </message>
  <message>
   <source>no contrast agent</source>
   <translation>无对比剂</translation>
  </message>
  <message>
   <source>no finding by a model that can be asked is selected</source>
   <translation>未选择可询问模型的所见</translation>
  </message>
  <message>
   <source>no finding by an AI is selected</source>
   <translation>未选择 AI 的所见</translation>
  </message>
  <message>
   <source>no finding is selected</source>
   <translation>未选择所见</translation>
  </message>
  <message>
   <source>no finding is selected that may be rejected</source>
   <translation>未选择可排除的所见</translation>
  </message>
  <message>
   <source>no finding with an outline is selected</source>
   <translation>未选择有轮廓的所见</translation>
  </message>
  <message>
   <source>no network needed</source>
   <translation>无需网络</translation>
  </message>
  <message>
   <source>no other series suits the AI</source>
   <translation>没有其他序列适合 AI</translation>
  </message>
  <message>
   <source>no position</source>
   <translation>无位置</translation>
  </message>
  <message>
   <source>no study is open</source>
   <translation>未打开检查</translation>
  </message>
  <message>
   <source>none</source>
   <translation>无</translation>
  </message>
  <message>
   <source>not a volume</source>
   <translation>非体数据</translation>
  </message>
  <message>
   <source>not added</source>
   <translation>未添加</translation>
  </message>
  <message>
   <source>not everything is decided, or it is signed already</source>
   <translation>尚未全部决定，或已签署</translation>
  </message>
  <message>
   <source>not in HU</source>
   <translation>不是 HU</translation>
  </message>
  <message>
   <source>not linked</source>
   <translation>未联动</translation>
  </message>
  <message>
   <source>not mirrored</source>
   <translation>未镜像</translation>
  </message>
  <message>
   <source>not on this page</source>
   <translation>此页面不可用</translation>
  </message>
  <message>
   <source>not possible here</source>
   <translation>此处无法执行</translation>
  </message>
  <message>
   <source>not read yet</source>
   <translation>尚未读取</translation>
  </message>
  <message>
   <source>not said: what images it is for</source>
   <translation>未说明适用的图像</translation>
  </message>
  <message>
   <source>not shown at this threshold, {waiting} to review</source>
   <translation>低于此阈值而未显示，{waiting} 项待审阅</translation>
  </message>
  <message>
   <source>not signed</source>
   <translation>未签名</translation>
  </message>
  <message>
   <source>not signed with a key that is trusted here</source>
   <translation>未用此处受信任的密钥签名</translation>
  </message>
  <message>
   <source>not stated</source>
   <translation>未说明</translation>
  </message>
  <message>
   <source>not the shape of a head</source>
   <translation>不是头部形状</translation>
  </message>
  <message>
   <source>not trusted</source>
   <translation>未受信任</translation>
  </message>
  <message>
   <source>nothing is playing</source>
   <translation>未在播放</translation>
  </message>
  <message>
   <source>nothing left</source>
   <translation>没有剩余事项</translation>
  </message>
  <message>
   <source>nothing waits for a decision</source>
   <translation>没有待决定的内容</translation>
  </message>
  <message>
   <source>nothing was just rejected</source>
   <translation>没有刚排除的内容</translation>
  </message>
  <message>
   <source>now off</source>
   <translation>当前关</translation>
  </message>
  <message>
   <source>now on</source>
   <translation>当前开</translation>
  </message>
  <message>
   <source>oblique</source>
   <translation>斜位</translation>
  </message>
  <message>
   <source>on screen</source>
   <translation>显示中</translation>
  </message>
  <message>
   <source>on to the crosshair</source>
   <translation>延伸到十字线</translation>
  </message>
  <message>
   <source>one point back</source>
   <translation>撤回一点</translation>
  </message>
  <message>
   <source>one viewport, or all again</source>
   <translation>单视口与全部视口切换</translation>
  </message>
  <message>
   <source>only in the report</source>
   <translation>仅限报告中</translation>
  </message>
  <message>
   <source>only while a finding is added</source>
   <translation>仅限添加所见时</translation>
  </message>
  <message>
   <source>only while editing</source>
   <translation>仅限编辑时</translation>
  </message>
  <message>
   <source>only while reading</source>
   <translation>仅限阅片时</translation>
  </message>
  <message>
   <source>open</source>
   <translation>已打开</translation>
  </message>
  <message>
   <source>optional</source>
   <translation>可不选</translation>
  </message>
  <message>
   <source>original slices</source>
   <translation>原始层面</translation>
  </message>
  <message>
   <source>other reason</source>
   <translation>其他原因</translation>
  </message>
  <message>
   <source>overlapping</source>
   <translation>层面重叠</translation>
  </message>
  <message>
   <source>pan</source>
   <translation>平移</translation>
  </message>
  <message>
   <source>pelvis</source>
   <translation>盆腔</translation>
  </message>
  <message>
   <source>portal venous</source>
   <translation>门静脉期</translation>
  </message>
  <message>
   <source>projection</source>
   <translation>投影</translation>
  </message>
  <message>
   <source>prostate</source>
   <translation>前列腺</translation>
  </message>
  <message>
   <source>read back and compared</source>
   <translation>读回并核对</translation>
  </message>
  <message>
   <source>read by {name}</source>
   <translation>阅片者：{name}</translation>
  </message>
  <message>
   <source>ready</source>
   <translation>就绪</translation>
  </message>
  <message>
   <source>resampled</source>
   <translation>已重采样</translation>
  </message>
  <message>
   <source>right lung</source>
   <translation>右肺</translation>
  </message>
  <message>
   <source>runs on {modalities}</source>
   <translation>用于 {modalities}</translation>
  </message>
  <message>
   <source>same patient</source>
   <translation>同一患者</translation>
  </message>
  <message>
   <source>same patient, earlier</source>
   <translation>同一患者，更早</translation>
  </message>
  <message>
   <source>same patient, later</source>
   <translation>同一患者，更晚</translation>
  </message>
  <message>
   <source>scar or fibrosis</source>
   <translation>瘢痕或纤维化</translation>
  </message>
  <message>
   <source>score {score}</source>
   <translation>得分 {score}</translation>
  </message>
  <message>
   <source>score {score}, not calibrated</source>
   <translation>得分 {score}，未校准</translation>
  </message>
  <message>
   <source>screen capture</source>
   <translation>屏幕截图</translation>
  </message>
  <message>
   <source>sets a point at the crosshair</source>
   <translation>在十字线处设点</translation>
  </message>
  <message>
   <source>sha256 {start}…{end}</source>
   <translation>sha256 {start}…{end}</translation>
  </message>
  <message>
   <source>sharp, for bone</source>
   <translation>锐利，骨算法</translation>
  </message>
  <message>
   <source>sharp, for lung</source>
   <translation>锐利，肺算法</translation>
  </message>
  <message>
   <source>sheared</source>
   <translation>错切</translation>
  </message>
  <message>
   <source>shown</source>
   <translation>已显示</translation>
  </message>
  <message>
   <source>sigmoid</source>
   <translation>S 形</translation>
  </message>
  <message>
   <source>sign</source>
   <translation>签署</translation>
  </message>
  <message>
   <source>sign unclear</source>
   <translation>符号不明</translation>
  </message>
  <message>
   <source>signed by {name}</source>
   <translation>由 {name} 签名</translation>
  </message>
  <message>
   <source>single images</source>
   <translation>单幅图像</translation>
  </message>
  <message>
   <source>single slice</source>
   <translation>单层</translation>
  </message>
  <message>
   <source>slice</source>
   <translation>翻层</translation>
  </message>
  <message>
   <source>slice not viewed</source>
   <translation>该层未浏览</translation>
  </message>
  <message>
   <source>slice {number}</source>
   <translation>层面 {number}</translation>
  </message>
  <message>
   <source>slices missing</source>
   <translation>层面缺失</translation>
  </message>
  <message>
   <source>slices missing or uneven</source>
   <translation>层面缺失或不均匀</translation>
  </message>
  <message>
   <source>slices not read</source>
   <translation>层面未读</translation>
  </message>
  <message>
   <source>slices of one volume</source>
   <translation>同一体数据的层面</translation>
  </message>
  <message>
   <source>slices off line</source>
   <translation>层面偏离直线</translation>
  </message>
  <message>
   <source>soft tissue</source>
   <translation>软组织</translation>
  </message>
  <message>
   <source>some could not be read</source>
   <translation>部分无法读取</translation>
  </message>
  <message>
   <source>spacing at detector</source>
   <translation>探测器间距</translation>
  </message>
  <message>
   <source>spacing disagrees</source>
   <translation>间距不符</translation>
  </message>
  <message>
   <source>spine</source>
   <translation>脊柱</translation>
  </message>
  <message>
   <source>split</source>
   <translation>已拆分</translation>
  </message>
  <message>
   <source>stable</source>
   <translation>稳定</translation>
  </message>
  <message>
   <source>starting</source>
   <translation>正在启动</translation>
  </message>
  <message>
   <source>straighten</source>
   <translation>校直</translation>
  </message>
  <message>
   <source>straightened</source>
   <translation>已校直</translation>
  </message>
  <message>
   <source>ten slices</source>
   <translation>十层</translation>
  </message>
  <message>
   <source>the AI did not say where it is uncertain</source>
   <translation>AI 未给出不确定之处</translation>
  </message>
  <message>
   <source>the liver seems to lie on the left</source>
   <translation>肝脏似乎位于左侧</translation>
  </message>
  <message>
   <source>the maps of this model say nothing about what it learned</source>
   <translation>此模型的影响图不反映其所学内容</translation>
  </message>
  <message>
   <source>the model that made it is not here any more</source>
   <translation>生成它的模型已不在此处</translation>
  </message>
  <message>
   <source>the series has no key image</source>
   <translation>该序列没有关键图像</translation>
  </message>
  <message>
   <source>the study has one series</source>
   <translation>该检查只有一个序列</translation>
  </message>
  <message>
   <source>the tool in hand</source>
   <translation>当前工具</translation>
  </message>
  <message>
   <source>the viewport shows no image</source>
   <translation>该视口未显示图像</translation>
  </message>
  <message>
   <source>there is no other study</source>
   <translation>没有其他检查</translation>
  </message>
  <message>
   <source>there is nothing to do again</source>
   <translation>没有可重做的步骤</translation>
  </message>
  <message>
   <source>there is nothing to undo</source>
   <translation>没有可撤销的步骤</translation>
  </message>
  <message>
   <source>tilted</source>
   <translation>倾斜</translation>
  </message>
  <message>
   <source>to hide AI</source>
   <translation>隐藏 AI</translation>
  </message>
  <message>
   <source>to hide labels</source>
   <translation>隐藏标签</translation>
  </message>
  <message>
   <source>two positions</source>
   <translation>两个位置</translation>
  </message>
  <message>
   <source>undo</source>
   <translation>撤销</translation>
  </message>
  <message>
   <source>undone</source>
   <translation>已撤销</translation>
  </message>
  <message>
   <source>uneven spacing</source>
   <translation>间距不均</translation>
  </message>
  <message>
   <source>unit</source>
   <translation>单位</translation>
  </message>
  <message>
   <source>unknown kind</source>
   <translation>未知类型</translation>
  </message>
  <message>
   <source>up to {high:.1f} mm</source>
   <translation>不超过 {high:.1f} mm</translation>
  </message>
  <message>
   <source>up to {value:.1f} ml</source>
   <translation>不超过 {value:.1f} ml</translation>
  </message>
  <message>
   <source>values of one slice</source>
   <translation>单层数值</translation>
  </message>
  <message>
   <source>vessel</source>
   <translation>血管</translation>
  </message>
  <message>
   <source>waiting</source>
   <translation>排队中</translation>
  </message>
  <message>
   <source>waits for your word</source>
   <translation>等待您确认</translation>
  </message>
  <message>
   <source>while editing</source>
   <translation>编辑时</translation>
  </message>
  <message>
   <source>whole</source>
   <translation>完整</translation>
  </message>
  <message>
   <source>window</source>
   <translation>调窗</translation>
  </message>
  <message>
   <source>yes</source>
   <translation>是</translation>
  </message>
  <message>
   <source>yours</source>
   <translation>您的方案</translation>
  </message>
  <message>
   <source>zoom</source>
   <translation>缩放</translation>
  </message>
  <message>
   <source>{check}: {found}, the card asks for {wanted}.</source>
   <translation>{check}：{found}，模型卡要求 {wanted}。</translation>
  </message>
  <message>
   <source>{cores} cores, {level}, PyTorch {version} with {threads} threads</source>
   <translation>{cores} 核，{level}，PyTorch {version}，{threads} 线程</translation>
  </message>
  <message>
   <source>{count}</source>
   <translation>{count}</translation>
  </message>
  <message>
   <source>{count} AI findings not reviewed</source>
   <translation>{count} 项 AI 所见未审阅</translation>
  </message>
  <message>
   <source>{count} AI findings wait for your decision.</source>
   <translation>有 {count} 项 AI 所见等待您的决定。</translation>
  </message>
  <message>
   <source>{count} before it</source>
   <translation>前面还有 {count} 个</translation>
  </message>
  <message>
   <source>{count} contours lie between slices and are shown on the nearest.</source>
   <translation>{count} 条轮廓位于层面之间，显示在最近的层面上。</translation>
  </message>
  <message>
   <source>{count} contours lie outside the images.</source>
   <translation>{count} 条轮廓位于图像之外。</translation>
  </message>
  <message>
   <source>{count} contours run across slices and are not shown.</source>
   <translation>{count} 条轮廓横穿层面，未显示。</translation>
  </message>
  <message>
   <source>{count} days</source>
   <translation>{count} 天</translation>
  </message>
  <message>
   <source>{count} false positives per scan</source>
   <translation>每次扫描 {count} 个假阳性</translation>
  </message>
  <message>
   <source>{count} files were not opened.</source>
   <translation>有 {count} 个文件未打开。</translation>
  </message>
  <message>
   <source>{count} findings</source>
   <translation>{count} 项所见</translation>
  </message>
  <message>
   <source>{count} findings shown, {below} below {threshold}</source>
   <translation>显示 {count} 项所见，{below} 项低于 {threshold}</translation>
  </message>
  <message>
   <source>{count} findings wait for your decision.</source>
   <translation>{count} 项所见等待您的决定。</translation>
  </message>
  <message>
   <source>{count} frames</source>
   <translation>{count} 帧</translation>
  </message>
  <message>
   <source>{count} images</source>
   <translation>{count} 幅图像</translation>
  </message>
  <message>
   <source>{count} images or objects</source>
   <translation>{count} 幅图像或对象</translation>
  </message>
  <message>
   <source>{count} marks</source>
   <translation>{count} 个标记</translation>
  </message>
  <message>
   <source>{count} measurements have no place in the images that are open.</source>
   <translation>{count} 项测量在打开的图像中没有位置。</translation>
  </message>
  <message>
   <source>{count} min left</source>
   <translation>剩余 {count} 分钟</translation>
  </message>
  <message>
   <source>{count} months</source>
   <translation>{count} 个月</translation>
  </message>
  <message>
   <source>{count} more files were not opened.</source>
   <translation>另有 {count} 个文件未打开。</translation>
  </message>
  <message>
   <source>{count} more lines are not shown.</source>
   <translation>另有 {count} 行未显示。</translation>
  </message>
  <message>
   <source>{count} more on the card.</source>
   <translation>模型卡中另有 {count} 项。</translation>
  </message>
  <message>
   <source>{count} more. Type to narrow the list down.</source>
   <translation>还有 {count} 项。输入文字可缩小列表。</translation>
  </message>
  <message>
   <source>{count} of its images are not open.</source>
   <translation>其中 {count} 幅图像没有打开。</translation>
  </message>
  <message>
   <source>{count} of its marks cannot be placed.</source>
   <translation>其中 {count} 个标记无法定位。</translation>
  </message>
  <message>
   <source>{count} of {total} cases are not there.</source>
   <translation>{total} 个病例中有 {count} 个不存在。</translation>
  </message>
  <message>
   <source>{count} or fewer false positives per scan at this threshold</source>
   <translation>在此阈值下每次扫描不超过 {count} 个假阳性</translation>
  </message>
  <message>
   <source>{count} or more</source>
   <translation>{count} 或更多</translation>
  </message>
  <message>
   <source>{count} or more false positives per scan at this threshold</source>
   <translation>在此阈值下每次扫描至少 {count} 个假阳性</translation>
  </message>
  <message>
   <source>{count} other studies of this patient are in the library.</source>
   <translation>资料库中有该患者的 {count} 项其他检查。</translation>
  </message>
  <message>
   <source>{count} phases: {labels}</source>
   <translation>{count} 组图像：{labels}</translation>
  </message>
  <message>
   <source>{count} rejected findings{why} stay in the record.</source>
   <translation>{count} 项已排除的所见{why}保留在记录中。</translation>
  </message>
  <message>
   <source>{count} s</source>
   <translation>{count} 秒</translation>
  </message>
  <message>
   <source>{count} s left</source>
   <translation>剩余 {count} 秒</translation>
  </message>
  <message>
   <source>{count} segments</source>
   <translation>{count} 个分割</translation>
  </message>
  <message>
   <source>{count} series</source>
   <translation>{count} 个序列</translation>
  </message>
  <message>
   <source>{count} shown</source>
   <translation>显示 {count} 个</translation>
  </message>
  <message>
   <source>{count} shown, {hidden} hidden</source>
   <translation>显示 {count} 个，隐藏 {hidden} 个</translation>
  </message>
  <message>
   <source>{count} slices</source>
   <translation>{count} 层</translation>
  </message>
  <message>
   <source>{count} structures</source>
   <translation>{count} 个结构</translation>
  </message>
  <message>
   <source>{count} studies were found. The largest is open.</source>
   <translation>找到 {count} 项检查。已打开最大的一项。</translation>
  </message>
  <message>
   <source>{count} things left</source>
   <translation>还剩 {count} 件事</translation>
  </message>
  <message>
   <source>{count} to review</source>
   <translation>{count} 项待审阅</translation>
  </message>
  <message>
   <source>{count} weeks</source>
   <translation>{count} 周</translation>
  </message>
  <message>
   <source>{count} y</source>
   <translation>{count} 岁</translation>
  </message>
  <message>
   <source>{count} years</source>
   <translation>{count} 岁</translation>
  </message>
  <message>
   <source>{decided} of {total} findings decided</source>
   <translation>{total} 项所见中 {decided} 项已决定</translation>
  </message>
  <message>
   <source>{finding}. Decide on it. It is never exported unreviewed.</source>
   <translation>{finding}。请作出决定。未审阅的内容不会被导出。</translation>
  </message>
  <message>
   <source>{first} and {second} were both given.</source>
   <translation>{first} 和 {second} 不能同时给出。</translation>
  </message>
  <message>
   <source>{free} GB free</source>
   <translation>可用 {free} GB</translation>
  </message>
  <message>
   <source>{free} GB free of {total} GB</source>
   <translation>共 {total} GB，可用 {free} GB</translation>
  </message>
  <message>
   <source>{key} already means: {actions}.</source>
   <translation>{key} 已用于：{actions}。</translation>
  </message>
  <message>
   <source>{key} opens the report</source>
   <translation>{key} 打开报告</translation>
  </message>
  <message>
   <source>{key} {act}</source>
   <translation>{key} {act}</translation>
  </message>
  <message>
   <source>{low:.1f} to {high:.1f} mm</source>
   <translation>{low:.1f} 至 {high:.1f} mm</translation>
  </message>
  <message>
   <source>{low} to {high} HU</source>
   <translation>{low} 至 {high} HU</translation>
  </message>
  <message>
   <source>{minutes} min {seconds} s</source>
   <translation>{minutes} 分 {seconds} 秒</translation>
  </message>
  <message>
   <source>{model} did not start.</source>
   <translation>{model} 没有启动。</translation>
  </message>
  <message>
   <source>{model} {version}</source>
   <translation>{model} {version}</translation>
  </message>
  <message>
   <source>{name} from </source>
   <translation>{name}，阈值 </translation>
  </message>
  <message>
   <source>{name} is not supported yet.</source>
   <translation>尚不支持 {name}。</translation>
  </message>
  <message>
   <source>{name} was removed</source>
   <translation>已移除 {name}</translation>
  </message>
  <message>
   <source>{name}, {free} GB free of {total} GB</source>
   <translation>{name}，共 {total} GB，可用 {free} GB</translation>
  </message>
  <message>
   <source>{one} or {other}</source>
   <translation>{one} 或 {other}</translation>
  </message>
  <message>
   <source>{one}, {other}</source>
   <translation>{one}、{other}</translation>
  </message>
  <message>
   <source>{places} places in {n} patients</source>
   <translation>{n} 名患者的 {places} 处</translation>
  </message>
  <message>
   <source>{place} ({more}).</source>
   <translation>{place}（{more}）。</translation>
  </message>
  <message>
   <source>{place}.</source>
   <translation>{place}。</translation>
  </message>
  <message>
   <source>{plane} {degrees}° oblique</source>
   <translation>{plane} {degrees}° 斜面</translation>
  </message>
  <message>
   <source>{platform}: {screens}</source>
   <translation>{platform}：{screens}</translation>
  </message>
  <message>
   <source>{position:.1f} mm is outside the series.</source>
   <translation>{position:.1f} mm 在序列之外。</translation>
  </message>
  <message>
   <source>{seen} of {total} slices viewed</source>
   <translation>{total} 层中已浏览 {seen} 层</translation>
  </message>
  <message>
   <source>{setting} ({state})</source>
   <translation>{state}：{setting}</translation>
  </message>
  <message>
   <source>{setting} {choice}</source>
   <translation>设为“{choice}”：{setting}</translation>
  </message>
  <message>
   <source>{sex}, {age}</source>
   <translation>{sex}，{age}</translation>
  </message>
  <message>
   <source>{stage} · {done} of {total}</source>
   <translation>{stage} · {done}/{total}</translation>
  </message>
  <message>
   <source>{study} was open when Reading Room stopped. Every stroke and decision is back.</source>
   <translation>Reading Room 中断时 {study} 处于打开状态。所有笔画和决定都已恢复。</translation>
  </message>
  <message>
   <source>{text} is not a position.</source>
   <translation>{text} 不是位置。</translation>
  </message>
  <message>
   <source>{text} is not a window.</source>
   <translation>{text} 不是窗宽窗位。</translation>
  </message>
  <message>
   <source>{value:.0f} HU</source>
   <translation>{value:.0f} HU</translation>
  </message>
  <message>
   <source>{value:.0f} ml</source>
   <translation>{value:.0f} ml</translation>
  </message>
  <message>
   <source>{value:.0f} ml or more</source>
   <translation>{value:.0f} ml 或以上</translation>
  </message>
  <message>
   <source>{value:.0f} mm</source>
   <translation>{value:.0f} mm</translation>
  </message>
  <message>
   <source>{value:.0f} mm or more</source>
   <translation>{value:.0f} mm 或以上</translation>
  </message>
  <message>
   <source>{value:.0f} years</source>
   <translation>{value:.0f} 岁</translation>
  </message>
  <message>
   <source>{value:.0f} years or less</source>
   <translation>{value:.0f} 岁及以下</translation>
  </message>
  <message>
   <source>{value:.0f} years or more</source>
   <translation>{value:.0f} 岁或以上</translation>
  </message>
  <message>
   <source>{value:.1f} ml</source>
   <translation>{value:.1f} ml</translation>
  </message>
  <message>
   <source>{value:.1f} mm</source>
   <translation>{value:.1f} mm</translation>
  </message>
  <message>
   <source>{value:.2f} mm</source>
   <translation>{value:.2f} mm</translation>
  </message>
  <message>
   <source>{value}</source>
   <translation>{value}</translation>
  </message>
  <message>
   <source>{version} starts without a screen</source>
   <translation>{version} 可在无屏幕时启动</translation>
  </message>
  <message>
   <source>{version}, Python {python}, {system}</source>
   <translation>{version}，Python {python}，{system}</translation>
  </message>
  <message>
   <source>{version}, weights as the card names them ({hash}…)</source>
   <translation>{version}，权重与模型卡一致（{hash}…）</translation>
  </message>
  <message>
   <source>{waiting} of {total} to review</source>
   <translation>{total} 项中 {waiting} 项待审阅</translation>
  </message>
  <message>
   <source>{way} cannot run this model.</source>
   <translation>{way} 无法运行此模型。</translation>
  </message>
  <message>
   <source>{what}, {finding}</source>
   <translation>{what}，{finding}</translation>
  </message>
  <message>
   <source>{years} y or more</source>
   <translation>{years} 岁及以上</translation>
  </message>
 </context>
</TS>
